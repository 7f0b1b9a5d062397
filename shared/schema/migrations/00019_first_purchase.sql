-- +goose Up
-- The purchase that has activated an account, for fax-dispatch: what a new account may spend on a day is never less
-- than what it has bought first. No row for an account that is not activated.
-- +goose StatementBegin
CREATE FUNCTION billing.first_purchase(p_account text) RETURNS TABLE (activated_at timestamptz, credits bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.activated_at, p.credits FROM auth.accounts a JOIN billing.payments p ON p.account_id = a.id AND p.activates
    WHERE a.id = p_account AND a.activated_at IS NOT NULL;
$$;
-- +goose StatementEnd

-- What a cover page says of who sends.
ALTER TABLE fax.settings
    ADD COLUMN sender_name text,
    ADD COLUMN sender_company text,
    ADD COLUMN sender_fax text;

-- +goose Down
ALTER TABLE fax.settings DROP COLUMN sender_fax, DROP COLUMN sender_company, DROP COLUMN sender_name;
DROP FUNCTION billing.first_purchase(text);
