-- Workflow files of the user's own. Each is a model of its provider; jobs keep the one that they ran with.
CREATE TABLE workflow (
  provider TEXT NOT NULL,
  slug     TEXT NOT NULL,
  name     TEXT NOT NULL,
  file     TEXT NOT NULL,
  kept_at  INTEGER NOT NULL,
  -- Its fields as the provider's server last told them, without the file itself.
  told     TEXT,
  told_at  INTEGER,
  PRIMARY KEY (provider, slug)
) STRICT;
