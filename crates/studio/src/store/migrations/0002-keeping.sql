-- What keeps paid work safe: holds per provider, ordered steps, crash marks, a fuller record of each attempt.

ALTER TABLE attempt ADD COLUMN model_name TEXT NOT NULL DEFAULT '';
ALTER TABLE attempt ADD COLUMN provider_name TEXT NOT NULL DEFAULT '';
-- Polls that were answered or not, for the record.
ALTER TABLE attempt ADD COLUMN polls INTEGER NOT NULL DEFAULT 0;
-- Set while an output is being fetched and decoded; still set at start means that Rushes ended in the middle.
ALTER TABLE attempt ADD COLUMN in_hand INTEGER NOT NULL DEFAULT 0 CHECK (in_hand IN (0, 1));
UPDATE attempt SET
  model_name = (SELECT job.model_name FROM job WHERE job.id = attempt.job),
  provider_name = (SELECT job.provider_name FROM job WHERE job.id = attempt.job);
CREATE INDEX attempt_twin ON attempt (account, request_hash) WHERE state IN ('submitting', 'in_doubt');

-- A provider whose key or credit must be mended: nothing is sent to it and nothing asked of it meanwhile.
CREATE TABLE hold (
  provider TEXT PRIMARY KEY,
  account  TEXT NOT NULL,
  cause    TEXT NOT NULL,
  message  TEXT NOT NULL,
  hint     TEXT NOT NULL,
  since    INTEGER NOT NULL,
  look_at  INTEGER NOT NULL,
  looks    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A named, ordered list of endpoints: the first is tried, the others are its fallbacks.
CREATE TABLE route (
  name     TEXT PRIMARY KEY,
  modality TEXT NOT NULL CHECK (modality IN ('image', 'video')),
  steps    TEXT NOT NULL,
  most_micros   INTEGER,
  most_currency TEXT
) STRICT;

-- What a job may fall back to, in order, as it was laid out when the job was written down.
CREATE TABLE job_step (
  job            TEXT NOT NULL REFERENCES job (id),
  place          INTEGER NOT NULL,
  plan           TEXT NOT NULL,
  PRIMARY KEY (job, place)
) STRICT;
ALTER TABLE job ADD COLUMN route TEXT;
ALTER TABLE job ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
