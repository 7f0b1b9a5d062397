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

-- +goose Down
ALTER TABLE billing.customers
    DROP COLUMN idempotency_key, DROP COLUMN requested_name, DROP COLUMN requested_email,
    DROP COLUMN requested_at, DROP COLUMN asks;
