-- What was sent in a span of time: caps ask it before each batch, and a month is read by it.
CREATE INDEX attempt_sent ON attempt (submit_started_at);
