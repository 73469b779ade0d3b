-- Variations: jobs that were written down together, each in a cell of a grid.

-- `axes` and `left_out` are JSON, as they are shown; `wanted` is what was asked for, so that it can be made again.
CREATE TABLE grid (
  id         TEXT PRIMARY KEY,
  shot       TEXT NOT NULL REFERENCES shot (id),
  take       INTEGER NOT NULL,
  written    TEXT NOT NULL,
  mode       TEXT NOT NULL CHECK (mode IN ('every', 'chance', 'written')),
  axes       TEXT NOT NULL,
  across     TEXT,
  down       TEXT,
  left_out   TEXT NOT NULL,
  wanted     TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- `at` is JSON: the place on each axis, from 0.
CREATE TABLE grid_cell (
  job  TEXT PRIMARY KEY REFERENCES job (id),
  grid TEXT NOT NULL REFERENCES grid (id),
  at   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX grid_cell_grid ON grid_cell (grid);
