-- Models of the kinds 'item-kriging' and 'ridge' are stored as a whole, in parts of a few megabytes. The digest
-- of the model is that of all its bytes.
CREATE TABLE model_parts (
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (model, part)
) STRICT;
