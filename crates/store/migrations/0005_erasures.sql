-- People who were forgotten while a reader kept the write-ahead log, and what it says of them, in the
-- file: by the sequence of their forgetting. Empty as soon as the log was emptied since.
CREATE TABLE erasures (sequence INTEGER PRIMARY KEY) STRICT;
