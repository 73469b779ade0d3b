-- Prints that no job made: files of other programs that the user took in.

-- The CHECK of `asset.origin` takes one word more. Rows stay as they are, so the table is not written anew
-- (sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''output'', ''reference''', '''output'', ''reference'', ''import''')
  WHERE type = 'table' AND name = 'asset';
PRAGMA writable_schema = RESET;
CREATE INDEX asset_import ON asset (number) WHERE origin = 'import';

-- What the file said when it was taken in. `recipe` is JSON, or empty where it said nothing.
CREATE TABLE import (
  asset_seq INTEGER PRIMARY KEY REFERENCES asset (seq) ON DELETE CASCADE,
  name      TEXT NOT NULL,
  made_at   INTEGER,
  program   TEXT NOT NULL,
  prompt    TEXT NOT NULL,
  model     TEXT NOT NULL,
  seed      INTEGER,
  recipe    TEXT NOT NULL
) STRICT;

-- Files that are being given their names. What stands here at a start was cut off, and is removed.
CREATE TABLE import_claim (
  path   TEXT PRIMARY KEY,
  blake3 TEXT NOT NULL
) STRICT, WITHOUT ROWID;
