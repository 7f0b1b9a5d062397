-- +goose Up
-- Carriers that had this attempt and ended it because of the operator's own account: they are not asked about it again,
-- since they would find the call that they have ended.
ALTER TABLE fax.attempts ADD COLUMN refused_by text[] NOT NULL DEFAULT '{}';

-- +goose Down
ALTER TABLE fax.attempts DROP COLUMN refused_by;
