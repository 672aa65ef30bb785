-- What is stored is held against these. They are NULL where a version wrote that kept none.
--
-- `row_digests` has four sums of 16 bytes each, of the rows of users, of the ids of items, of their
-- titles, years and genres, and of the rows of ratings, as they are stored; kept by every change.
-- `checksum` is of the other columns of its row.
ALTER TABLE data_set ADD COLUMN row_digests BLOB;
ALTER TABLE data_set ADD COLUMN checksum INTEGER;
ALTER TABLE models ADD COLUMN checksum INTEGER;
ALTER TABLE changes ADD COLUMN checksum INTEGER;

-- Nothing was ever written to it.
UPDATE data_set SET row_digests = zeroblob(64) WHERE sequence = 0;
