-- +goose Up
-- A document that storage does not delete is tried again later, after those behind it.
ALTER TABLE fax.documents
    ADD COLUMN delete_attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN delete_after    timestamptz;

-- +goose Down
ALTER TABLE fax.documents DROP COLUMN delete_after, DROP COLUMN delete_attempts;
