-- Finding and ordering prints: marks, tags, collections, searches, the trash.

ALTER TABLE asset ADD COLUMN rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5);
ALTER TABLE asset ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE asset ADD COLUMN trashed_at INTEGER;
ALTER TABLE asset ADD COLUMN thumb_hash BLOB CHECK (length(thumb_hash) <= 32);
CREATE INDEX asset_trash ON asset (trashed_at) WHERE trashed_at IS NOT NULL;
-- Looked up for each print that is removed.
CREATE INDEX output_asset ON output (asset);
CREATE INDEX job_reference_asset ON job_reference (asset);

-- `key` is the name as it is compared: without case and accents.
CREATE TABLE tag (
  id   INTEGER PRIMARY KEY,
  key  TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL
) STRICT;
CREATE TABLE asset_tag (
  asset_seq INTEGER NOT NULL REFERENCES asset (seq) ON DELETE CASCADE,
  tag       INTEGER NOT NULL REFERENCES tag (id),
  PRIMARY KEY (asset_seq, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_tag_tag ON asset_tag (tag, asset_seq);

CREATE TABLE collection (
  id         TEXT PRIMARY KEY,
  key        TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE collection_asset (
  collection TEXT NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
  asset_seq  INTEGER NOT NULL REFERENCES asset (seq) ON DELETE CASCADE,
  added_at   INTEGER NOT NULL,
  PRIMARY KEY (collection, asset_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX collection_asset_seq ON collection_asset (asset_seq);

CREATE TABLE saved_search (
  key   TEXT PRIMARY KEY,
  name  TEXT NOT NULL,
  query TEXT NOT NULL,
  sort  TEXT NOT NULL CHECK (sort IN ('newest', 'oldest', 'rating', 'cost', 'render'))
) STRICT;

-- Prints whose sidecar is to be written again; `n` counts the marks since it was last written.
CREATE TABLE sidecar_due (
  asset_seq INTEGER PRIMARY KEY REFERENCES asset (seq) ON DELETE CASCADE,
  n         INTEGER NOT NULL
) STRICT;

-- What prints were made with; few rows, so that names are compared once and not for each print.
CREATE TABLE print_maker (
  id            INTEGER PRIMARY KEY,
  endpoint      TEXT NOT NULL,
  remote_model  TEXT NOT NULL,
  model_name    TEXT NOT NULL,
  provider      TEXT NOT NULL,
  provider_name TEXT NOT NULL,
  sandbox       INTEGER NOT NULL,
  UNIQUE (endpoint, remote_model, model_name, provider, provider_name, sandbox)
) STRICT;

-- All that views filter and sort by, in one narrow row for each print. It is made from asset, job and
-- attempt, and can be made again; marks follow by the trigger.
CREATE TABLE print_fact (
  seq       INTEGER PRIMARY KEY REFERENCES asset (seq) ON DELETE CASCADE,
  maker     INTEGER NOT NULL,
  media     INTEGER NOT NULL,
  width     INTEGER NOT NULL,
  height    INTEGER NOT NULL,
  ratio     INTEGER NOT NULL,
  day       INTEGER NOT NULL,
  micros    INTEGER,
  render_ms INTEGER,
  seed      INTEGER,
  licence   INTEGER NOT NULL,
  shot      INTEGER NOT NULL,
  refs      INTEGER NOT NULL,
  rating    INTEGER NOT NULL,
  circled   INTEGER NOT NULL,
  trashed   INTEGER NOT NULL,
  present   INTEGER NOT NULL,
  noted     INTEGER NOT NULL
) STRICT;
CREATE INDEX print_fact_trashed ON print_fact (seq) WHERE trashed = 1;
CREATE TRIGGER asset_marked AFTER UPDATE OF rating, circled, trashed_at, present, note ON asset BEGIN
  UPDATE print_fact SET rating = new.rating, circled = new.circled, trashed = new.trashed_at IS NOT NULL,
    present = new.present, noted = new.note <> '' WHERE seq = new.seq;
END;

-- Words are folded and parted before they come here, so the index takes them as they are.
DROP TABLE print_words;
CREATE VIRTUAL TABLE print_words USING fts5 (prompt, model, note, tags, tokenize = "ascii", prefix = '1 2 3');
-- The pages of prints go by print_fact now.
DROP INDEX asset_prints;
