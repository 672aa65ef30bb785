-- What was asked for, and how far it is. Times are seconds since 1970. `seconds` is what all runs of
-- a job took together. `sequence` and `data_digest` are those of the ratings it works on.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('fit')),
    side TEXT NOT NULL CHECK (side IN ('users', 'items')),
    parameters TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    sequence INTEGER NOT NULL,
    data_digest TEXT NOT NULL,
    tiles INTEGER NOT NULL,
    tiles_done INTEGER NOT NULL,
    pairs INTEGER NOT NULL,
    pairs_done INTEGER NOT NULL,
    work_done REAL NOT NULL,
    seconds REAL NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    cancel_requested INTEGER NOT NULL CHECK (cancel_requested IN (0, 1)),
    error TEXT,
    model INTEGER REFERENCES models (id) ON DELETE SET NULL
) STRICT;

-- Who may write as the running job: one at a time. `fence` goes up with every holder, so that one
-- who was given up for gone finds another number there and writes nothing.
CREATE TABLE lease (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    fence INTEGER NOT NULL,
    job INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
    holder TEXT,
    since INTEGER,
    heartbeat REAL
) STRICT;

INSERT INTO lease (only_row, fence) VALUES (1, 0);

-- What a job needs not to begin anew, in parts of a few megabytes. The last one written counts.
CREATE TABLE checkpoint_parts (
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (job, part)
) STRICT;

-- The single changes of ratings since the packed copy or the oldest model was made, by sequence; a
-- rating of NULL was removed. A change of another kind, as an import, has neither user nor item:
-- what is before it cannot be followed change by change.
CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY,
    user INTEGER,
    item INTEGER,
    rating REAL,
    CHECK ((user IS NULL) = (item IS NULL))
) STRICT;
