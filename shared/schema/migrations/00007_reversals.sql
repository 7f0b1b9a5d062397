-- +goose Up
-- Money that goes back, what an account then owes, and holds of which a part is captured.

-- owed is what could not be taken from available when money went back, in credits: the negative of the
-- pool's 'receivable' entries. Whatever comes to available pays it first, also what a hold gives back:
-- otherwise credits could be kept from a refund by holding them.
ALTER TABLE wallet.pools ADD COLUMN owed bigint NOT NULL DEFAULT 0 CHECK (owed >= 0);
ALTER TABLE wallet.pools ADD CHECK (owed = 0 OR available = 0);
ALTER TABLE wallet.holds ADD COLUMN captured bigint CHECK (captured BETWEEN 1 AND amount);
UPDATE wallet.holds SET captured = amount WHERE state = 'captured';
ALTER TABLE wallet.holds ADD CHECK ((state = 'captured') = (captured IS NOT NULL));
CREATE INDEX transactions_by_payment ON wallet.transactions (payment_id) WHERE payment_id IS NOT NULL;

-- The id of a movement that follows from another in the same operation: its random part, turned by one.
-- +goose StatementBegin
CREATE FUNCTION wallet.consequence(p_txn text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'txn_' || substr(p_txn, 6) || substr(p_txn, 5, 1);
$$;
-- +goose StatementEnd

-- Writes down that credits which came to available have paid what was owed. The pool has been changed.
-- +goose StatementBegin
CREATE FUNCTION wallet.pay_off(p_txn text, pool wallet.pools, p_reference text, p_due bigint, p_fax text, p_payment text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, fax_id, payment_id, description)
        VALUES (p_txn, pool.account_id, pool.balance_type, 'adjustment', p_reference, -p_due, pool.available, pool.held, p_fax, p_payment, 'Paid what was owed');
    INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
        VALUES (p_txn, pool.account_id, pool.balance_type, 'available', -p_due), (p_txn, pool.account_id, pool.balance_type, 'receivable', p_due);
END $$;
-- +goose StatementEnd

-- p_paid is in cents. What the package grants beyond it is a promotion. What the account owes is paid by
-- a movement of its own, so that the purchase shows in full.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wallet.purchase(p_txn text, p_payment text, p_account text, p_paid bigint, p_credits bigint, p_description text)
    RETURNS TABLE (outcome text, available bigint, held bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pool  wallet.pools;
    known wallet.transactions;
    due   bigint;
BEGIN
    IF p_paid <= 0 OR p_credits <= 0 THEN
        RAISE EXCEPTION 'a purchase is positive, not % for %', p_credits, p_paid USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT * INTO pool FROM wallet.pools p WHERE p.account_id = p_account AND p.balance_type = 'live' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % has no live pool', p_account USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT * INTO known FROM wallet.transactions t WHERE t.kind = 'purchase' AND t.reference = p_payment;
    IF FOUND THEN
        IF known.account_id <> p_account OR known.amount <> p_credits THEN
            RAISE EXCEPTION 'payment % was credited otherwise', p_payment USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN QUERY SELECT 'exists', pool.available, pool.held;
        RETURN;
    END IF;
    INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, payment_id, description)
        VALUES (p_txn, p_account, 'live', 'purchase', p_payment, p_credits, pool.available + p_credits, pool.held, p_payment, p_description);
    INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
        VALUES (p_txn, p_account, 'live', 'stripe_clearing', -p_paid), (p_txn, p_account, 'live', 'available', p_credits);
    IF p_credits <> p_paid THEN
        INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
            VALUES (p_txn, p_account, 'live', 'promotion', p_paid - p_credits);
    END IF;
    due := least(pool.owed, p_credits);
    UPDATE wallet.pools p SET available = p.available + p_credits - due, owed = p.owed - due, updated_at = now()
        WHERE p.account_id = p_account AND p.balance_type = 'live' RETURNING * INTO pool;
    IF due > 0 THEN
        PERFORM wallet.pay_off(wallet.consequence(p_txn), pool, p_payment, due, NULL, p_payment);
    END IF;
    RETURN QUERY SELECT 'purchased', pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- Money of a payment that goes back to the payer (p_cents positive) or comes again (negative). The
-- credits that belong to it follow: of what the payment granted, the share that has gone back in all,
-- rounded down, is taken, so that it does not matter in which order or how many pieces it went. Taken is
-- first what is available; the rest is owed. Given back is first what is owed.
-- Outcomes: reversed, exists, mismatch (same reference, other money), unknown (no such payment yet),
-- exceeds (more would come again than has gone back).
-- +goose StatementBegin
CREATE FUNCTION wallet.reverse_payment(p_txn text, p_kind text, p_reference text, p_payment text, p_cents bigint, p_description text)
    RETURNS TABLE (outcome text, available bigint, held bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pool     wallet.pools;
    purchase wallet.transactions;
    known    bigint;
    paid     bigint;
    gone     bigint; -- cents of the payment that have gone back before
    taken    bigint; -- credits that were taken for them
    credits  bigint; -- to take now; negative: to give back
    moved    bigint; -- of these, out of available; negative: into it
BEGIN
    IF p_cents = 0 OR p_kind NOT IN ('refund', 'dispute') THEN
        RAISE EXCEPTION 'not a refund or dispute of some money: % of %', p_kind, p_cents USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT * INTO purchase FROM wallet.transactions t WHERE t.kind = 'purchase' AND t.reference = p_payment;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'unknown', 0::bigint, 0::bigint;
        RETURN;
    END IF;
    SELECT * INTO pool FROM wallet.pools p WHERE p.account_id = purchase.account_id AND p.balance_type = 'live' FOR NO KEY UPDATE;
    SELECT e.amount INTO known FROM wallet.transactions t JOIN wallet.entries e ON e.transaction_id = t.id AND e.ledger_account = 'stripe_clearing'
        WHERE t.kind = p_kind AND t.reference = p_reference AND t.payment_id = p_payment;
    IF FOUND OR EXISTS (SELECT FROM wallet.transactions t WHERE t.kind = p_kind AND t.reference = p_reference) THEN
        RETURN QUERY SELECT CASE WHEN known = p_cents THEN 'exists' ELSE 'mismatch' END, pool.available, pool.held;
        RETURN;
    END IF;
    SELECT coalesce(-sum(e.amount) FILTER (WHERE t.kind = 'purchase' AND e.ledger_account = 'stripe_clearing'), 0),
           coalesce(sum(e.amount) FILTER (WHERE t.kind <> 'purchase' AND e.ledger_account = 'stripe_clearing'), 0),
           coalesce(-sum(e.amount) FILTER (WHERE t.kind <> 'purchase' AND e.ledger_account IN ('available', 'receivable')), 0)
        INTO paid, gone, taken
        FROM wallet.transactions t JOIN wallet.entries e ON e.transaction_id = t.id
        WHERE t.payment_id = p_payment AND t.kind IN ('purchase', 'refund', 'dispute');
    IF gone + p_cents < 0 THEN
        RETURN QUERY SELECT 'exceeds', pool.available, pool.held;
        RETURN;
    END IF;
    credits := least(purchase.amount, floor(purchase.amount::numeric * (gone + p_cents) / paid)) - taken;
    moved := CASE WHEN credits > 0 THEN least(pool.available, credits) ELSE least(0, credits + pool.owed) END;
    UPDATE wallet.pools p SET available = p.available - moved, owed = p.owed + (credits - moved), updated_at = now()
        WHERE p.account_id = purchase.account_id AND p.balance_type = 'live' RETURNING * INTO pool;
    INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, payment_id, description)
        VALUES (p_txn, purchase.account_id, 'live', p_kind, p_reference, -moved, pool.available, pool.held, p_payment, p_description);
    INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
        SELECT p_txn, purchase.account_id, 'live', side.ledger_account, side.amount
        FROM (VALUES ('stripe_clearing', p_cents), ('available', -moved), ('receivable', moved - credits), ('promotion', credits - p_cents))
            AS side (ledger_account, amount) WHERE side.amount <> 0;
    RETURN QUERY SELECT 'reversed', pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- Moves credits of a hold back to available, and from there pays what is owed. While something is owed
-- nothing is available, so what is missing of p_credits afterwards is what was paid.
-- +goose StatementBegin
CREATE FUNCTION wallet.give_back(p_txn text, h wallet.holds, p_credits bigint, p_description text) RETURNS wallet.pools
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pool wallet.pools;
    due  bigint;
BEGIN
    UPDATE wallet.pools p SET held = p.held - p_credits, available = p.available + p_credits - least(p.owed, p_credits),
            owed = p.owed - least(p.owed, p_credits), updated_at = now()
        WHERE p.account_id = h.account_id AND p.balance_type = h.balance_type RETURNING * INTO pool;
    due := greatest(0, p_credits - pool.available);
    INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, fax_id, environment_id, description)
        VALUES (p_txn, h.account_id, h.balance_type, 'release', h.reference, p_credits, pool.available + due, pool.held, h.reference, h.environment_id, p_description);
    INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
        VALUES (p_txn, h.account_id, h.balance_type, 'held', -p_credits), (p_txn, h.account_id, h.balance_type, 'available', p_credits);
    IF due > 0 THEN
        PERFORM wallet.pay_off(wallet.consequence(p_txn), pool, h.reference, due, h.reference, NULL);
    END IF;
    RETURN pool;
END $$;
-- +goose StatementEnd

-- Gives an open hold back, as 'released' or 'voided'. Outcomes: the new state, exists (it was resolved so
-- before), conflict (it was resolved otherwise), unknown.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wallet.resolve_hold(p_txn text, p_reference text, p_state text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h    wallet.holds;
    pool wallet.pools;
BEGIN
    UPDATE wallet.holds u SET state = p_state, resolved_at = now()
        WHERE u.reference = p_reference AND u.state = 'open' RETURNING * INTO h;
    IF NOT FOUND THEN
        SELECT * INTO h FROM wallet.holds k WHERE k.reference = p_reference;
        SELECT * INTO pool FROM wallet.pools p WHERE p.account_id = h.account_id AND p.balance_type = h.balance_type;
        RETURN QUERY SELECT CASE WHEN h.reference IS NULL THEN 'unknown' WHEN h.state = p_state THEN 'exists' ELSE 'conflict' END,
            coalesce(h.amount, 0), coalesce(pool.available, 0), coalesce(pool.held, 0);
        RETURN;
    END IF;
    pool := wallet.give_back(p_txn, h, h.amount, CASE p_state WHEN 'released' THEN 'Fax not delivered' ELSE 'Fax not accepted' END);
    RETURN QUERY SELECT p_state, h.amount, pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- Makes p_amount of an open hold, or all of it when null, a charge; the rest goes back. Outcomes: captured, exists (so
-- before), conflict (resolved otherwise, or for another amount), exceeds_hold, unknown.
-- +goose StatementBegin
CREATE FUNCTION wallet.capture_part(p_txn text, p_reference text, p_amount bigint)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h     wallet.holds;
    pool  wallet.pools;
    spent bigint;
BEGIN
    IF p_amount <= 0 THEN
        RAISE EXCEPTION 'a capture is positive, not %', p_amount USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE wallet.holds u SET state = 'captured', captured = coalesce(p_amount, u.amount), resolved_at = now()
        WHERE u.reference = p_reference AND u.state = 'open' AND coalesce(p_amount, 0) <= u.amount RETURNING * INTO h;
    IF NOT FOUND THEN
        SELECT * INTO h FROM wallet.holds k WHERE k.reference = p_reference;
        SELECT * INTO pool FROM wallet.pools p WHERE p.account_id = h.account_id AND p.balance_type = h.balance_type;
        RETURN QUERY SELECT CASE
                WHEN h.reference IS NULL THEN 'unknown'
                WHEN h.state = 'open' THEN 'exceeds_hold'
                WHEN h.state = 'captured' AND h.captured = coalesce(p_amount, h.amount) THEN 'exists'
                ELSE 'conflict' END,
            coalesce(h.captured, h.amount, 0), coalesce(pool.available, 0), coalesce(pool.held, 0);
        RETURN;
    END IF;
    spent := h.captured;
    UPDATE wallet.pools p SET held = p.held - spent, updated_at = now()
        WHERE p.account_id = h.account_id AND p.balance_type = h.balance_type RETURNING * INTO pool;
    INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, fax_id, environment_id, description)
        VALUES (p_txn, h.account_id, h.balance_type, 'capture', p_reference, -spent, pool.available, pool.held, p_reference, h.environment_id, 'Fax delivered');
    INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
        VALUES (p_txn, h.account_id, h.balance_type, 'held', -spent), (p_txn, h.account_id, h.balance_type, 'revenue', spent);
    IF spent < h.amount THEN
        pool := wallet.give_back(wallet.consequence(p_txn), h, h.amount - spent, 'Pages not sent');
    END IF;
    RETURN QUERY SELECT 'captured', spent, pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wallet.capture(p_txn text, p_reference text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM wallet.capture_part(p_txn, p_reference, NULL);
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
BEGIN
    RAISE EXCEPTION 'money that has gone back cannot be told in the older schema: restore a backup instead';
END $$;
-- +goose StatementEnd
