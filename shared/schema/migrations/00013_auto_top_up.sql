-- +goose Up
-- How an account wants its live pool to be topped up. threshold_amount is in credits, monthly_cap in cents of
-- a calendar month in UTC. failures counts charges in a row that Stripe did not answer; capped_month is the
-- month in which a charge was left out because of the cap.
CREATE TABLE billing.auto_top_ups (
    account_id       text PRIMARY KEY REFERENCES auth.accounts,
    enabled          boolean NOT NULL,
    threshold_amount bigint CHECK (threshold_amount > 0),
    package_id       text,
    monthly_cap      bigint CHECK (monthly_cap > 0),
    paused_reason    text,
    paused_at        timestamptz,
    failures         integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    capped_month     date,
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK (NOT enabled OR num_nulls(threshold_amount, package_id, monthly_cap) = 0),
    CHECK ((paused_reason IS NULL) = (paused_at IS NULL))
);
CREATE INDEX auto_top_ups_capped ON billing.auto_top_ups (capped_month) WHERE capped_month IS NOT NULL;

-- cause is the message that led to an automatic top-up: told again, it is the same one. Of one account, one
-- at most is in flight.
ALTER TABLE billing.top_ups
    ADD COLUMN kind  text NOT NULL DEFAULT 'manual' CHECK (kind IN ('manual', 'auto')),
    ADD COLUMN cause text UNIQUE,
    ADD CONSTRAINT top_ups_auto_has_cause CHECK ((kind = 'auto') = (cause IS NOT NULL));
CREATE UNIQUE INDEX top_ups_one_in_flight ON billing.top_ups (account_id) WHERE kind = 'auto' AND state = 'pending';
CREATE INDEX top_ups_auto ON billing.top_ups (account_id, created_at) WHERE kind = 'auto';

-- What a live pool has now, for billing, which may not read wallet's tables.
-- +goose StatementBegin
CREATE FUNCTION wallet.live_available(p_account text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.available FROM wallet.pools p WHERE p.account_id = p_account AND p.balance_type = 'live';
$$;
-- +goose StatementEnd

CREATE TABLE auth.inbox (LIKE wallet.inbox INCLUDING ALL);

-- +goose Down
DROP TABLE auth.inbox;
DROP FUNCTION wallet.live_available;
ALTER TABLE billing.top_ups DROP COLUMN kind, DROP COLUMN cause;
DROP TABLE billing.auto_top_ups;
