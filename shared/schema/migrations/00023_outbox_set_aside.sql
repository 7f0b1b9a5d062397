-- +goose Up
-- A message that cannot be published is set aside, so that it does not hold up those behind it. To try it again, set
-- set_aside_at to null and attempts to 0.
-- +goose StatementBegin
DO $$
DECLARE
    box text;
BEGIN
    FOREACH box IN ARRAY ARRAY['auth.outbox', 'billing.outbox', 'fax.outbox', 'wallet.outbox'] LOOP
        EXECUTE format('ALTER TABLE %s
            ADD COLUMN attempts integer NOT NULL DEFAULT 0,
            ADD COLUMN set_aside_at timestamptz,
            ADD COLUMN problem text', box);
        EXECUTE format('CREATE INDEX ON %s (set_aside_at) WHERE set_aside_at IS NOT NULL', box);
    END LOOP;
END;
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
DECLARE
    box text;
BEGIN
    FOREACH box IN ARRAY ARRAY['auth.outbox', 'billing.outbox', 'fax.outbox', 'wallet.outbox'] LOOP
        EXECUTE format('ALTER TABLE %s DROP COLUMN attempts, DROP COLUMN set_aside_at, DROP COLUMN problem', box);
    END LOOP;
END;
$$;
-- +goose StatementEnd
