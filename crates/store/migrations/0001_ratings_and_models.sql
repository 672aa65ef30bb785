-- "lkmd": tells a likemind database from any other SQLite file.
PRAGMA application_id = 1818979684;

-- What the database holds, in one row. `sequence` counts the changes of users, items and ratings;
-- `digest` is the sum of the hashes of all three, kept by every change.
CREATE TABLE data_set (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    name TEXT,
    scale TEXT,
    scale_choice TEXT CHECK (scale_choice IN ('fixed', 'found')),
    sequence INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT;

INSERT INTO data_set (only_row, sequence, digest) VALUES (1, 0, zeroblob(16));

-- `idx` is the order of first appearance, from 0 without gaps.
CREATE TABLE users (
    idx INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE
) STRICT;

-- `genres` is a JSON array. `title_folded` is the title in small letters, for searching.
-- `rating_count` and `rating_sum` are kept by every change of a rating.
CREATE TABLE items (
    idx INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT,
    title_folded TEXT,
    year INTEGER,
    genres TEXT,
    rating_count INTEGER NOT NULL,
    rating_sum REAL NOT NULL
) STRICT;

-- `sequence` is that of the rating's last change.
CREATE TABLE ratings (
    user INTEGER NOT NULL REFERENCES users (idx),
    item INTEGER NOT NULL REFERENCES items (idx),
    rating REAL NOT NULL,
    timestamp INTEGER,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (user, item)
) STRICT, WITHOUT ROWID;

-- The ratings as they were at a sequence, packed for fast opening, in parts of a few megabytes.
CREATE TABLE snapshot_parts (
    sequence INTEGER NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (sequence, part)
) STRICT;

CREATE TABLE models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    side TEXT NOT NULL CHECK (side IN ('users', 'items')),
    parameters TEXT NOT NULL,
    digest TEXT NOT NULL,
    data_digest TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    pairs INTEGER NOT NULL,
    seconds REAL NOT NULL,
    created_at INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX one_active_model_a_side ON models (side) WHERE active = 1;

-- A row's neighbours, best first, in three packed little-endian arrays: u32, u32 and f64.
-- With a rowid, so that a row's few kilobytes stay in one page.
CREATE TABLE neighbours (
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    row INTEGER NOT NULL,
    indices BLOB NOT NULL,
    overlaps BLOB NOT NULL,
    similarities BLOB NOT NULL,
    PRIMARY KEY (model, row)
) STRICT;
