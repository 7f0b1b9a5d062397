-- +goose Up
-- What is personal in a fax can be erased: its number, its sender, its tags, and its document, whose key is forgotten.
-- What is needed to explain money stays.
ALTER TABLE fax.faxes
    ALTER COLUMN to_number DROP NOT NULL,
    ADD COLUMN resent_from text, -- the fax of which this one is a copy
    ADD COLUMN zero_footprint boolean NOT NULL DEFAULT false, -- it is erased as it ends
    ADD COLUMN erased_at timestamptz,
    ADD CHECK (erased_at IS NULL OR status IN ('delivered', 'failed', 'canceled')),
    ADD CHECK ((to_number IS NULL) = (erased_at IS NOT NULL));
CREATE INDEX faxes_to_erase ON fax.faxes (account_id, completed_at) WHERE completed_at IS NOT NULL AND erased_at IS NULL;

-- Without its key a document is noise; its object is deleted a moment later, and then its row.
ALTER TABLE fax.documents
    ALTER COLUMN wrapped_key DROP NOT NULL,
    ALTER COLUMN sha256 DROP NOT NULL,
    ADD CHECK ((wrapped_key IS NULL) = (sha256 IS NULL));
CREATE INDEX documents_to_delete ON fax.documents (id) WHERE wrapped_key IS NULL;

-- An account without a row has the defaults, which the service knows.
CREATE TABLE fax.settings (
    account_id      text PRIMARY KEY REFERENCES auth.accounts,
    retention_days  integer NOT NULL CHECK (retention_days BETWEEN 1 AND 3650),
    zero_footprint  boolean NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now()
);

-- +goose StatementBegin
CREATE FUNCTION fax.erase(erased_id text) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE fax.faxes SET to_number = NULL, csid = NULL, tags = '{}', idempotency_key = NULL, webhook_url = NULL,
        erased_at = now(), updated_at = now()
    WHERE id = erased_id AND erased_at IS NULL;
    UPDATE fax.documents SET wrapped_key = NULL, sha256 = NULL WHERE fax_id = erased_id;
$$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION fax.erase(text);
DROP TABLE fax.settings;
DROP INDEX fax.documents_to_delete;
DROP INDEX fax.faxes_to_erase;
DELETE FROM fax.documents WHERE wrapped_key IS NULL;
ALTER TABLE fax.documents ALTER COLUMN sha256 SET NOT NULL, ALTER COLUMN wrapped_key SET NOT NULL;
UPDATE fax.faxes SET to_number = '' WHERE to_number IS NULL;
ALTER TABLE fax.faxes DROP COLUMN erased_at, DROP COLUMN zero_footprint, DROP COLUMN resent_from, ALTER COLUMN to_number SET NOT NULL;
