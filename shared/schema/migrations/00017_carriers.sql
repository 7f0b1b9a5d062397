-- +goose Up
ALTER TABLE fax.attempts
    ADD COLUMN carrier_ref text,           -- the carrier's own id of the call, once it has told it
    ADD COLUMN placed_at timestamptz;      -- when the carrier was last asked to place the call
CREATE INDEX faxes_on_their_way ON fax.faxes (to_number) WHERE status IN ('submitted', 'in_progress');

-- +goose Down
DROP INDEX fax.faxes_on_their_way;
ALTER TABLE fax.attempts DROP COLUMN placed_at, DROP COLUMN carrier_ref;
