-- +goose Up
-- When Stripe was last asked about a checkout because somebody came back from its page, which anybody can do at any time.
ALTER TABLE billing.checkouts ADD COLUMN returned_at timestamptz;

-- +goose Down
ALTER TABLE billing.checkouts DROP COLUMN returned_at;
