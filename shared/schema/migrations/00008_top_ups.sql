-- +goose Up
-- The request that makes the Stripe customer, written before Stripe is asked, so that it can be repeated
-- as it was. asks counts since Stripe last said for certain that nothing was made.
ALTER TABLE billing.customers
    ADD COLUMN idempotency_key text,
    ADD COLUMN requested_name  text,
    ADD COLUMN requested_email text,
    ADD COLUMN requested_at    timestamptz,
    ADD COLUMN asks            integer NOT NULL DEFAULT 0;
UPDATE billing.customers SET asks = 1 WHERE stripe_customer_id IS NULL;

-- Cards that are to leave Stripe: replaced by another, or removed by their owner. The row stays until
-- Stripe has said that the card belongs to nobody; the customer keeps a removed card until then.
CREATE TABLE billing.detachments (
    payment_method_id text PRIMARY KEY,
    account_id        text NOT NULL REFERENCES auth.accounts,
    tries             integer NOT NULL DEFAULT 0,
    next_try_at       timestamptz NOT NULL DEFAULT now(),
    created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX detachments_due ON billing.detachments (next_try_at);

-- +goose Down
DROP TABLE billing.detachments;
ALTER TABLE billing.customers
    DROP COLUMN idempotency_key, DROP COLUMN requested_name, DROP COLUMN requested_email,
    DROP COLUMN requested_at, DROP COLUMN asks;
