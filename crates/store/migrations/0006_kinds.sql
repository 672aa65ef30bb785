-- Models have a kind, which says what their parameters are and what is stored of them. Of each kind one
-- is active a side. A version that brings another kind brings a migration, so that older ones refuse the
-- database.
ALTER TABLE models ADD COLUMN kind TEXT NOT NULL DEFAULT 'neighbours';

DROP INDEX one_active_model_a_side;

CREATE UNIQUE INDEX one_active_model_of_a_kind_and_side ON models (kind, side) WHERE active = 1;

-- A job of kind 'fit' makes a model of `model_kind`, with parameters of that kind. The column is made anew
-- without the check that allowed no other kind of job.
ALTER TABLE jobs DROP COLUMN kind;

ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'fit';

ALTER TABLE jobs ADD COLUMN model_kind TEXT NOT NULL DEFAULT 'neighbours';
