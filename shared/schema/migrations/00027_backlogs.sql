-- +goose Up
-- Several tags at once. An entry is a hash of an environment and one of its tags, so that nobody else's faxes are read and
-- the index holds nothing personal; readers compare the tags themselves as well.
-- +goose StatementBegin
CREATE FUNCTION fax.tag_terms(environment_id text, tags jsonb) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(hashtextextended(environment_id || chr(31) || tag.key || chr(31) || tag.value, 0)), '{}')
    FROM jsonb_each_text(tags) tag;
$$;
-- +goose StatementEnd

-- A fax gets its entries once, when it ends. Without fastupdate no reader walks a list of entries that are not sorted in.
CREATE INDEX faxes_by_tags ON fax.faxes USING gin (fax.tag_terms(environment_id, tags)) WITH (fastupdate = off)
    WHERE status IN ('delivered', 'failed', 'canceled') AND tags <> '{}';

-- What waits is read in the order in which it is due, however much there is of it.
CREATE INDEX documents_due_to_delete ON fax.documents (coalesce(delete_after, '-infinity'), id) WHERE wrapped_key IS NULL;
DROP INDEX fax.documents_to_delete;
CREATE INDEX outbox_waiting ON auth.outbox (attempts, id) WHERE set_aside_at IS NULL;
CREATE INDEX outbox_waiting ON billing.outbox (attempts, id) WHERE set_aside_at IS NULL;
CREATE INDEX outbox_waiting ON fax.outbox (attempts, id) WHERE set_aside_at IS NULL;
CREATE INDEX outbox_waiting ON wallet.outbox (attempts, id) WHERE set_aside_at IS NULL;

-- A checkout that Stripe was asked about a day after it expired stays open, and nobody looks at it again.
CREATE INDEX checkouts_to_look_at ON billing.checkouts (next_check_at)
    WHERE state = 'open' AND (checked_at IS NULL OR expires_at IS NULL OR checked_at - expires_at < interval '24 hours');
DROP INDEX billing.checkouts_open;

-- The keys of an account that work, without those that ended.
CREATE INDEX keys_by_end ON auth.keys (account_id, coalesce(least(revoked_at, expires_at), 'infinity'));
DROP INDEX auth.keys_by_account;
CREATE INDEX email_codes_by_age ON auth.email_codes (created_at);

-- +goose Down
DROP INDEX auth.email_codes_by_age;
CREATE INDEX keys_by_account ON auth.keys (account_id, created_at DESC, id DESC);
DROP INDEX auth.keys_by_end;
CREATE INDEX checkouts_open ON billing.checkouts (next_check_at) WHERE state = 'open';
DROP INDEX billing.checkouts_to_look_at;
DROP INDEX auth.outbox_waiting, billing.outbox_waiting, fax.outbox_waiting, wallet.outbox_waiting;
CREATE INDEX documents_to_delete ON fax.documents (id) WHERE wrapped_key IS NULL;
DROP INDEX fax.documents_due_to_delete;
DROP INDEX fax.faxes_by_tags;
DROP FUNCTION fax.tag_terms;
