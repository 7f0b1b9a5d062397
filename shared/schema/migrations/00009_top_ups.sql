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

-- A charge of the saved card with nobody present, with its terms. The row and its key are there before
-- Stripe is asked, so that a charge whose answer was lost is found again. request_key is the
-- Idempotency-Key of the caller: the same request again is the same top-up.
CREATE TABLE billing.top_ups (
    id                       text PRIMARY KEY,
    account_id               text NOT NULL REFERENCES auth.accounts,
    package_id               text NOT NULL,
    amount                   bigint NOT NULL CHECK (amount > 0),
    credits                  bigint NOT NULL CHECK (credits > 0),
    currency                 text NOT NULL,
    livemode                 boolean NOT NULL,
    stripe_customer_id       text NOT NULL,
    payment_method_id        text NOT NULL,
    idempotency_key          text NOT NULL UNIQUE,
    request_key              text,
    state                    text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'succeeded', 'declined', 'requires_action')),
    stripe_payment_intent_id text UNIQUE,
    decline_code             text,
    created_at               timestamptz NOT NULL DEFAULT now(),
    settled_at               timestamptz,
    next_check_at            timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'pending') = (settled_at IS NULL)),
    CHECK ((state IN ('declined', 'requires_action')) = (decline_code IS NOT NULL)),
    CHECK (state <> 'succeeded' OR stripe_payment_intent_id IS NOT NULL),
    UNIQUE (id, account_id, package_id, amount, credits, currency, livemode)
);
CREATE INDEX top_ups_pending ON billing.top_ups (next_check_at) WHERE state = 'pending';
CREATE INDEX top_ups_by_request ON billing.top_ups (account_id, request_key, created_at) WHERE request_key IS NOT NULL;

-- A payment belongs to a checkout or to a top-up, and is held to the terms of the one it belongs to.
ALTER TABLE billing.payments
    ALTER COLUMN checkout_id DROP NOT NULL,
    ADD COLUMN top_up_id text UNIQUE,
    ADD CONSTRAINT payments_belong_to_one CHECK (num_nonnulls(checkout_id, top_up_id) = 1),
    ADD FOREIGN KEY (top_up_id, account_id, package_id, amount, credits, currency, livemode)
        REFERENCES billing.top_ups (id, account_id, package_id, amount, credits, currency, livemode);

-- A top-up that succeeded stays so. Until then what it was asked for may still arrive, whatever was
-- said of it before.
-- +goose StatementBegin
CREATE FUNCTION billing.keep_top_up() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.state <> 'succeeded' OR NEW IS NOT DISTINCT FROM OLD) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'top-ups are not removed, and one that succeeded stays: % of billing.top_ups is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
-- +goose StatementEnd

CREATE TRIGGER top_ups_keep BEFORE UPDATE OR DELETE ON billing.top_ups
    FOR EACH ROW EXECUTE FUNCTION billing.keep_top_up();
CREATE TRIGGER top_ups_keep_all BEFORE TRUNCATE ON billing.top_ups
    FOR EACH STATEMENT EXECUTE FUNCTION billing.keep_top_up();

-- A top-up has succeeded exactly when it has its payment, in one transaction.
-- +goose StatementBegin
CREATE FUNCTION billing.require_top_up_payment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM billing.payments p
            WHERE p.top_up_id = NEW.id AND p.stripe_payment_intent_id = NEW.stripe_payment_intent_id) THEN
        RAISE EXCEPTION 'top-up % cannot succeed without its payment', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE CONSTRAINT TRIGGER top_ups_have_payment AFTER INSERT OR UPDATE ON billing.top_ups
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'succeeded')
    EXECUTE FUNCTION billing.require_top_up_payment();

-- +goose StatementBegin
CREATE FUNCTION billing.require_succeeded_top_up() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM billing.top_ups t WHERE t.id = NEW.top_up_id AND t.state = 'succeeded') THEN
        RAISE EXCEPTION 'payment % belongs to a top-up that did not succeed', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE CONSTRAINT TRIGGER payments_settle_top_up AFTER INSERT ON billing.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.top_up_id IS NOT NULL)
    EXECUTE FUNCTION billing.require_succeeded_top_up();

-- +goose Down
DROP TRIGGER payments_settle_top_up ON billing.payments;
ALTER TABLE billing.payments
    DROP CONSTRAINT payments_belong_to_one,
    DROP COLUMN top_up_id,
    ALTER COLUMN checkout_id SET NOT NULL;
DROP TABLE billing.top_ups;
DROP FUNCTION billing.require_succeeded_top_up, billing.require_top_up_payment, billing.keep_top_up;
DROP TABLE billing.detachments;
ALTER TABLE billing.customers
    DROP COLUMN idempotency_key, DROP COLUMN requested_name, DROP COLUMN requested_email,
    DROP COLUMN requested_at, DROP COLUMN asks;
