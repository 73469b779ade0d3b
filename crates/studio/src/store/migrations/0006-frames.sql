-- Frames of clips that were kept as pictures: which clip, and where in it. The clip may be removed for good; its
-- code still says where the frame came from.
CREATE TABLE kept_frame (
  asset     TEXT PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
  clip      TEXT REFERENCES asset (id) ON DELETE SET NULL,
  clip_code TEXT NOT NULL,
  at_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX kept_frame_clip ON kept_frame (clip);
