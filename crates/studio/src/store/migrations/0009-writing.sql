-- Every prompt that was run, once for pictures and once for clips. `folded` is the text as it is searched:
-- without case and accents, with single spaces. A few thousand of them are read through faster than an index
-- of words could be kept right.
CREATE TABLE prompt (
  id       INTEGER PRIMARY KEY,
  modality TEXT NOT NULL CHECK (modality IN ('image', 'video')),
  text     TEXT NOT NULL,
  folded   TEXT NOT NULL,
  runs     INTEGER NOT NULL,
  used_at  INTEGER NOT NULL,
  job      TEXT NOT NULL REFERENCES job (id),
  hidden   INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
  UNIQUE (modality, text)
) STRICT;
CREATE INDEX prompt_newest ON prompt (used_at DESC, id DESC) WHERE hidden = 0;
-- From a prompt to what it made.
CREATE INDEX shot_prompt ON shot (prompt);

-- What the user keeps under a name: settings of the composer, and pieces of text. `key` is the name as it is
-- compared.
CREATE TABLE preset (
  key  TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE snippet (
  key  TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
