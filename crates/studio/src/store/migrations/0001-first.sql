-- Times are whole milliseconds UTC and end in _at. Money is micros of a currency. Words are CHECKed.

CREATE TABLE shot (
  id         TEXT PRIMARY KEY,
  number     INTEGER NOT NULL UNIQUE,
  prompt     TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE job (
  id             TEXT PRIMARY KEY,
  shot           TEXT NOT NULL REFERENCES shot (id),
  take           INTEGER NOT NULL,
  place          INTEGER NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
  endpoint       TEXT NOT NULL,
  remote_model   TEXT NOT NULL,
  model_name     TEXT NOT NULL,
  provider       TEXT NOT NULL,
  provider_name  TEXT NOT NULL,
  modality       TEXT NOT NULL CHECK (modality IN ('image', 'video')),
  sandbox        INTEGER NOT NULL CHECK (sandbox IN (0, 1)),
  prompt         TEXT NOT NULL,
  inputs         TEXT NOT NULL,
  seed           INTEGER,
  seed_field     TEXT,
  price_micros   INTEGER,
  price_currency TEXT,
  price_exact    INTEGER,
  licence        TEXT NOT NULL,
  charge         TEXT NOT NULL CHECK (charge IN ('none', 'reserved', 'charged', 'released', 'unknown')),
  run_at         INTEGER NOT NULL,
  waits          INTEGER NOT NULL DEFAULT 0,
  crash_count    INTEGER NOT NULL DEFAULT 0,
  cancel_wished  INTEGER NOT NULL DEFAULT 0 CHECK (cancel_wished IN (0, 1)),
  cause          TEXT NOT NULL DEFAULT '',
  message        TEXT NOT NULL DEFAULT '',
  hint           TEXT NOT NULL DEFAULT '',
  created_at     INTEGER NOT NULL,
  started_at     INTEGER,
  finished_at    INTEGER,
  UNIQUE (shot, take, place)
) STRICT;
CREATE INDEX job_due ON job (run_at) WHERE state = 'queued';
CREATE INDEX job_open ON job (created_at) WHERE state IN ('queued', 'running');
CREATE INDEX job_newest ON job (created_at DESC, id DESC);

CREATE TABLE job_reference (
  job   TEXT NOT NULL REFERENCES job (id),
  place INTEGER NOT NULL,
  field TEXT NOT NULL,
  asset TEXT NOT NULL REFERENCES asset (id),
  list  INTEGER NOT NULL CHECK (list IN (0, 1)),
  PRIMARY KEY (job, place)
) STRICT;

CREATE TABLE attempt (
  id           TEXT PRIMARY KEY,
  job          TEXT NOT NULL REFERENCES job (id),
  n            INTEGER NOT NULL,
  endpoint     TEXT NOT NULL,
  provider     TEXT NOT NULL,
  account      TEXT NOT NULL,
  remote_model TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('submitting', 'accepted', 'downloading', 'in_doubt', 'succeeded',
               'partial', 'failed', 'blocked', 'refused', 'not_sent', 'cancelled', 'expired', 'lost')),
  client_ref   TEXT NOT NULL UNIQUE,
  seed         INTEGER,
  inputs_sent  TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  submit_started_at INTEGER NOT NULL,
  accepted_at  INTEGER,
  done_at      INTEGER,
  finished_at  INTEGER,
  rendered_ms  INTEGER,
  http_status  INTEGER,
  remote_id    TEXT,
  poll_url     TEXT,
  raw_response TEXT NOT NULL DEFAULT '',
  status_word  TEXT NOT NULL DEFAULT '',
  due_at       INTEGER,
  tries        INTEGER NOT NULL DEFAULT 0,
  missing_since INTEGER,
  missing      INTEGER NOT NULL DEFAULT 0,
  doubt_reason TEXT NOT NULL DEFAULT '',
  resolved_by  TEXT,
  message      TEXT NOT NULL DEFAULT '',
  UNIQUE (job, n)
) STRICT;
-- The database itself makes a second live attempt of a job impossible, and a second claim of one remote id.
CREATE UNIQUE INDEX attempt_one_live ON attempt (job) WHERE state IN ('submitting', 'accepted', 'downloading', 'in_doubt');
CREATE UNIQUE INDEX attempt_remote ON attempt (provider, account, remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX attempt_due ON attempt (due_at) WHERE state IN ('accepted', 'downloading', 'in_doubt');
CREATE INDEX attempt_history ON attempt (endpoint, done_at) WHERE rendered_ms IS NOT NULL;

CREATE TABLE asset (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  id          TEXT NOT NULL UNIQUE,
  origin      TEXT NOT NULL CHECK (origin IN ('output', 'reference')),
  job         TEXT REFERENCES job (id),
  number      INTEGER NOT NULL DEFAULT 1,
  path        TEXT NOT NULL UNIQUE,
  media       TEXT NOT NULL CHECK (media IN ('image', 'video', 'audio')),
  media_type  TEXT NOT NULL,
  width       INTEGER NOT NULL,
  height      INTEGER NOT NULL,
  duration_ms INTEGER,
  bytes       INTEGER NOT NULL,
  blake3      TEXT NOT NULL,
  day         TEXT NOT NULL,
  circled     INTEGER NOT NULL DEFAULT 0 CHECK (circled IN (0, 1)),
  present     INTEGER NOT NULL DEFAULT 1 CHECK (present IN (0, 1)),
  created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX asset_prints ON asset (seq DESC) WHERE origin = 'output';
CREATE INDEX asset_job ON asset (job) WHERE job IS NOT NULL;
CREATE INDEX asset_hash ON asset (blake3);

CREATE VIRTUAL TABLE print_words USING fts5 (prompt, model, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');

CREATE TABLE output (
  id          TEXT PRIMARY KEY,
  attempt     TEXT NOT NULL REFERENCES attempt (id),
  place       INTEGER NOT NULL,
  source_url  TEXT,
  url_seen_at INTEGER NOT NULL,
  url_expires_at INTEGER,
  etag        TEXT,
  total       INTEGER,
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'saved', 'gone', 'damaged')),
  reasked     INTEGER NOT NULL DEFAULT 0 CHECK (reasked IN (0, 1)),
  asset       TEXT REFERENCES asset (id),
  message     TEXT NOT NULL DEFAULT '',
  UNIQUE (attempt, place)
) STRICT;

CREATE TABLE event (
  id      INTEGER PRIMARY KEY,
  job     TEXT NOT NULL REFERENCES job (id),
  attempt TEXT,
  at      INTEGER NOT NULL,
  left    TEXT NOT NULL,
  entered TEXT NOT NULL,
  cause   TEXT NOT NULL
) STRICT;
CREATE INDEX event_job ON event (job, id);

CREATE TABLE ledger (
  id       INTEGER PRIMARY KEY,
  attempt  TEXT NOT NULL REFERENCES attempt (id),
  kind     TEXT NOT NULL CHECK (kind IN ('reserved', 'confirmed', 'released', 'unknown')),
  micros   INTEGER,
  currency TEXT,
  source   TEXT NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_attempt ON ledger (attempt);

CREATE TABLE upload (
  asset      TEXT NOT NULL REFERENCES asset (id),
  provider   TEXT NOT NULL,
  account    TEXT NOT NULL,
  url        TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (asset, provider, account)
) STRICT;

CREATE TABLE catalogue (
  provider   TEXT PRIMARY KEY,
  fetched_at INTEGER NOT NULL,
  models     TEXT NOT NULL
) STRICT;

CREATE TABLE key_record (
  provider     TEXT PRIMARY KEY,
  place        TEXT CHECK (place IN ('keychain', 'session')),
  saved_at     INTEGER,
  test_works   INTEGER,
  test_message TEXT,
  test_at      INTEGER,
  base_url     TEXT
) STRICT;

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
