-- +goose Up
-- What the database holds true of top-ups and reversals, and the comparison of billing's records with the ledger.

-- A top-up that succeeded is final. Until then its charge may still arrive, whatever its state was before.
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

-- A top-up succeeds in the transaction that records its payment: this function and the next check one direction each.
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

-- What is known of a reversal is final: its effect goes from none to taken to returned, and its payment is set once.
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

-- Where billing's records since p_since and the ledger disagree, in either direction; with p_pools also what wallet's
-- proof finds, which reads the whole ledger. No rows is the only good answer.
-- It is written in plpgsql, which plans with the value of p_since and so reads only what is newer, and plans the proof
-- only when p_pools asks for it. Subqueries that count and OFFSET 0 make the planner look up related rows one by one
-- instead of reading whole tables.
-- +goose StatementBegin
CREATE FUNCTION billing.ledger_differences(p_since timestamptz, p_pools boolean) RETURNS TABLE (kind text, id text, detail text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH purchases AS (
        SELECT t.id, t.reference, t.account_id, t.amount, coalesce(nullif(t.payment_id, ''), t.reference) AS payment_id,
            (SELECT coalesce(-sum(e.amount), 0) FROM wallet.entries e WHERE e.transaction_id = t.id AND e.ledger_account = 'stripe_clearing') AS cents,
            (SELECT coalesce(sum(e.amount), 0) FROM wallet.entries e WHERE e.transaction_id = t.id AND e.ledger_account = 'available') AS credited
        FROM wallet.transactions t WHERE t.kind = 'purchase' AND t.created_at >= p_since
    ), reversed AS (
        SELECT t.kind, t.id, t.reference, t.payment_id,
            (SELECT coalesce(sum(e.amount), 0) FROM wallet.entries e WHERE e.transaction_id = t.id AND e.ledger_account = 'stripe_clearing') AS cents
        FROM wallet.transactions t WHERE t.kind IN ('refund', 'dispute') AND t.created_at >= p_since
    )
    SELECT 'credit_missing', p.id, format('payment %s of account %s has no credit in the ledger (%s credits)', p.id, p.account_id, p.credits)
    FROM billing.payments p WHERE p.created_at >= p_since
        AND (SELECT count(*) FROM wallet.transactions c WHERE c.kind = 'purchase' AND c.reference = p.id) = 0
    UNION ALL
    SELECT 'credit_doubled', c.payment_id, format('payment %s of account %s is credited %s times', c.payment_id, c.account_id, c.times)
    FROM (SELECT c.*, count(*) OVER (PARTITION BY c.payment_id) AS times FROM purchases c) c
    WHERE c.times > 1 AND c.reference <> c.payment_id
    UNION ALL
    SELECT 'credit_without_payment', c.reference, format('%s credits of account %s belong to payment %s, which is not recorded', c.amount, c.account_id, c.payment_id)
    FROM purchases c WHERE (SELECT count(*) FROM billing.payments p WHERE p.id = c.payment_id) = 0
    UNION ALL
    SELECT 'credit_differs', p.id, format('payment %s of account %s is %s cents for %s credits, and in the ledger %s cents for %s credits (%s came to the pool)',
        p.id, p.account_id, p.amount, p.credits, c.cents, c.amount, c.credited)
    FROM purchases c CROSS JOIN LATERAL (SELECT * FROM billing.payments found WHERE found.id = c.reference OFFSET 0) p
    WHERE (p.amount, p.credits, p.credits, p.account_id) IS DISTINCT FROM (c.cents, c.amount, c.credited, c.account_id)
    UNION ALL
    SELECT m.kind || '_without_record', m.reference, format('the ledger has %s %s of payment %s, which billing does not know', m.kind, m.reference, m.payment_id)
    FROM reversed m WHERE (SELECT count(*) FROM billing.reversals r WHERE m.reference IN (r.id, r.id || ':returned') AND r.payment_id = m.payment_id) = 0
    UNION ALL
    SELECT r.kind || '_differs', r.id, format('%s %s of %s cents is %s, and the ledger has %s cents of it gone', r.kind, r.id, r.amount, r.effect, m.cents)
    FROM billing.reversals r CROSS JOIN LATERAL (
        SELECT coalesce(sum(e.amount), 0) AS cents FROM wallet.transactions t JOIN wallet.entries e ON e.transaction_id = t.id
        WHERE t.kind = r.kind AND t.reference IN (r.id, r.id || ':returned') AND e.ledger_account = 'stripe_clearing') m
    WHERE r.updated_at >= p_since AND m.cents <> CASE r.effect WHEN 'taken' THEN r.amount ELSE 0 END;
    IF p_pools THEN
        RETURN QUERY SELECT 'pool_differs', d.account_id, format('the %s pool of account %s: %s is %s, and the ledger proves %s %s',
            d.balance_type, d.account_id, d.what, d.kept, d.proven, coalesce(d.transaction_id, ''))
        FROM wallet.differences d;
    END IF;
END $$;
-- +goose StatementEnd

CREATE TRIGGER top_ups_keep BEFORE UPDATE OR DELETE ON billing.top_ups
    FOR EACH ROW EXECUTE FUNCTION billing.keep_top_up();
CREATE TRIGGER top_ups_keep_all BEFORE TRUNCATE ON billing.top_ups
    FOR EACH STATEMENT EXECUTE FUNCTION billing.keep_top_up();
CREATE TRIGGER reversals_keep BEFORE UPDATE OR DELETE ON billing.reversals
    FOR EACH ROW EXECUTE FUNCTION billing.keep_reversal();
CREATE TRIGGER reversals_keep_all BEFORE TRUNCATE ON billing.reversals
    FOR EACH STATEMENT EXECUTE FUNCTION billing.keep_reversal();

CREATE CONSTRAINT TRIGGER top_ups_have_payment AFTER INSERT OR UPDATE ON billing.top_ups
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'succeeded')
    EXECUTE FUNCTION billing.require_top_up_payment();
CREATE CONSTRAINT TRIGGER payments_settle_top_up AFTER INSERT ON billing.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.top_up_id IS NOT NULL)
    EXECUTE FUNCTION billing.require_succeeded_top_up();
CREATE CONSTRAINT TRIGGER reversals_move_credits AFTER INSERT OR UPDATE ON billing.reversals
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.effect <> 'none')
    EXECUTE FUNCTION billing.require_reversed();
