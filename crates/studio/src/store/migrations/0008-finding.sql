-- The words of the index in their order, so that the beginning of one finds the whole ones.
CREATE VIRTUAL TABLE print_vocabulary USING fts5vocab (print_words, instance);

-- A search may be kept in the order of what fits best.
CREATE TABLE kept_search (
  key   TEXT PRIMARY KEY,
  name  TEXT NOT NULL,
  query TEXT NOT NULL,
  sort  TEXT NOT NULL CHECK (sort IN ('newest', 'oldest', 'rating', 'cost', 'render', 'fit'))
) STRICT;
INSERT INTO kept_search SELECT key, name, query, sort FROM saved_search;
DROP TABLE saved_search;
ALTER TABLE kept_search RENAME TO saved_search;
