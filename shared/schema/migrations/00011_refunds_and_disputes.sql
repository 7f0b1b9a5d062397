-- +goose Up
-- Money that goes back to its payer, as Stripe last told of it, by Stripe's id. It may be known before its
-- payment is. away says that the money is gone, or on its way; effect is what the ledger has made of it:
-- nothing yet, its credits taken, or taken and given back.
CREATE TABLE billing.reversals (
    id                       text PRIMARY KEY,
    kind                     text NOT NULL CHECK (kind IN ('refund', 'dispute')),
    stripe_payment_intent_id text NOT NULL,
    payment_id               text REFERENCES billing.payments,
    amount                   bigint NOT NULL CHECK (amount > 0),
    currency                 text NOT NULL,
    status                   text NOT NULL,
    away                     boolean NOT NULL,
    effect                   text NOT NULL DEFAULT 'none' CHECK (effect IN ('none', 'taken', 'returned')),
    created_at               timestamptz NOT NULL,
    noted_at                 timestamptz NOT NULL DEFAULT now(),
    updated_at               timestamptz NOT NULL DEFAULT now(),
    next_try_at              timestamptz NOT NULL DEFAULT now(),
    CHECK (effect = 'none' OR payment_id IS NOT NULL)
);
CREATE INDEX reversals_by_intent ON billing.reversals (stripe_payment_intent_id);
CREATE INDEX reversals_by_payment ON billing.reversals (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX reversals_due ON billing.reversals (next_try_at)
    WHERE (away AND effect = 'none') OR (NOT away AND effect = 'taken');

-- +goose StatementBegin
CREATE FUNCTION billing.keep_reversal() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.kind, NEW.stripe_payment_intent_id, NEW.amount, NEW.currency, NEW.created_at)
            IS NOT DISTINCT FROM (OLD.id, OLD.kind, OLD.stripe_payment_intent_id, OLD.amount, OLD.currency, OLD.created_at)
        AND (OLD.payment_id IS NULL OR NEW.payment_id IS NOT DISTINCT FROM OLD.payment_id)
        AND (NEW.effect = OLD.effect OR (OLD.effect, NEW.effect) IN (('none', 'taken'), ('taken', 'returned'))) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what is known of a refund or dispute stays: % of billing.reversals is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
-- +goose StatementEnd

CREATE TRIGGER reversals_keep BEFORE UPDATE OR DELETE ON billing.reversals
    FOR EACH ROW EXECUTE FUNCTION billing.keep_reversal();
CREATE TRIGGER reversals_keep_all BEFORE TRUNCATE ON billing.reversals
    FOR EACH STATEMENT EXECUTE FUNCTION billing.keep_reversal();

-- An effect is recorded together with its movement in the ledger, or not at all.
-- +goose StatementBegin
CREATE FUNCTION billing.require_reversed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moved bigint;
BEGIN
    SELECT coalesce(sum(e.amount), 0) INTO moved FROM wallet.transactions t JOIN wallet.entries e ON e.transaction_id = t.id
        WHERE t.kind = NEW.kind AND t.reference IN (NEW.id, NEW.id || ':returned') AND t.payment_id = NEW.payment_id
          AND e.ledger_account = 'stripe_clearing';
    IF moved <> (CASE NEW.effect WHEN 'taken' THEN NEW.amount ELSE 0 END) THEN
        RAISE EXCEPTION '% % cannot be % without its movement in the ledger', NEW.kind, NEW.id, NEW.effect
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE CONSTRAINT TRIGGER reversals_move_credits AFTER INSERT OR UPDATE ON billing.reversals
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.effect <> 'none')
    EXECUTE FUNCTION billing.require_reversed();

-- +goose Down
-- +goose StatementBegin
DO $$
BEGIN
    RAISE EXCEPTION 'money that has gone back cannot be told in the older schema: restore a backup instead';
END $$;
-- +goose StatementEnd
