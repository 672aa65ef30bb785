-- The neighbours of a row beyond the first k, which a model that is kept exact falls back on: a checksum of
-- the whole list, and 16 bytes each. NULL if there are none, and in lists of earlier versions; damaged ones
-- are ignored.
ALTER TABLE neighbours ADD COLUMN spare BLOB;
