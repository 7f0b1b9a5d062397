-- +goose Up
-- Credits that enter or leave a pool from outside: the sandbox seed, purchases, refunds and disputes.
--
-- The functions of this file and the next are the only way to write a pool. Each takes one round trip and has its effect
-- once for a reference; called again, it returns outcome 'exists'.

-- +goose StatementBegin
CREATE FUNCTION wallet.open_account(p_account text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO wallet.pools (account_id, balance_type) VALUES (p_account, 'live'), (p_account, 'sandbox')
    ON CONFLICT DO NOTHING;
$$;
-- +goose StatementEnd

-- Grants an account its sandbox credits. Outcomes: seeded, exists, unknown (no such pool).
-- +goose StatementBegin
CREATE FUNCTION wallet.seed(p_txn text, p_account text, p_amount bigint)
    RETURNS TABLE (outcome text, available bigint, held bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pool wallet.pools;
BEGIN
    IF p_amount <= 0 THEN
        RAISE EXCEPTION 'a seed is positive, not %', p_amount USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE wallet.pools p SET available = p.available + p_amount, updated_at = now()
        WHERE p.account_id = p_account AND p.balance_type = 'sandbox'
          AND NOT EXISTS (SELECT FROM wallet.transactions t WHERE t.kind = 'seed' AND t.reference = p_account)
        RETURNING * INTO pool;
    IF NOT FOUND THEN
        RETURN QUERY SELECT CASE WHEN t.id IS NULL THEN 'unknown' ELSE 'exists' END, p.available, p.held
            FROM wallet.pools p LEFT JOIN wallet.transactions t ON t.kind = 'seed' AND t.reference = p_account
            WHERE p.account_id = p_account AND p.balance_type = 'sandbox';
        RETURN;
    END IF;
    INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, description)
        VALUES (p_txn, p_account, 'sandbox', 'seed', p_account, p_amount, pool.available, pool.held, 'Sandbox credits');
    INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
        VALUES (p_txn, p_account, 'sandbox', 'seed', -p_amount), (p_txn, p_account, 'sandbox', 'available', p_amount);
    RETURN QUERY SELECT 'seeded', pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- The id of a transaction that another causes in the same operation: the random part of the other's, rotated by one.
-- +goose StatementBegin
CREATE FUNCTION wallet.consequence(p_txn text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'txn_' || substr(p_txn, 6) || substr(p_txn, 5, 1);
$$;
-- +goose StatementEnd

-- Records that credits which came to available have paid what the pool owed. The caller has already updated the pool.
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

-- Credits a payment. p_paid is in cents; what the package grants beyond it is a promotion. A transaction of its own pays
-- what the account owes, so that the purchase is listed in full. Any purchase re-arms balance.below, because a top-up that
-- was too small must not be the last; balance.low is re-armed only when enough is available.
-- +goose StatementBegin
CREATE FUNCTION wallet.purchase(p_txn text, p_payment text, p_account text, p_paid bigint, p_credits bigint, p_description text)
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
    UPDATE wallet.pools p SET available = p.available + p_credits - due, owed = p.owed - due, updated_at = now(), below_told = false,
            low_told = p.low_told AND coalesce(p.available + p_credits - due < p.low_balance_threshold, false)
        WHERE p.account_id = p_account AND p.balance_type = 'live' RETURNING * INTO pool;
    IF due > 0 THEN
        PERFORM wallet.pay_off(wallet.consequence(p_txn), pool, p_payment, due, NULL, p_payment);
    END IF;
    RETURN QUERY SELECT 'purchased', pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- Takes the credits of money that goes back to the payer (p_cents positive), or returns them when the money comes back
-- (negative). In all, the pool loses the share of the purchased credits that equals the share of the money that is gone,
-- rounded down, so the order and number of partial refunds do not matter. Credits are taken from available first; the rest
-- is owed. Credits that return pay what is owed first.
-- Taking credits may raise balance.low; returning them re-arms the events as a purchase does.
-- Outcomes: reversed, exists, mismatch (same reference, other amount), unknown (no such payment yet), exceeds (more would
-- come back than is gone).
-- +goose StatementBegin
CREATE FUNCTION wallet.reverse_payment(p_txn text, p_kind text, p_reference text, p_payment text, p_cents bigint, p_description text)
    RETURNS TABLE (outcome text, available bigint, held bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pool     wallet.pools;
    purchase wallet.transactions;
    known    bigint;
    paid     bigint;
    gone     bigint; -- cents of the payment that went back before
    taken    bigint; -- credits that were taken for those
    credits  bigint; -- to take now; negative: to return
    moved    bigint; -- the part of credits that leaves available; negative: enters it
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
    UPDATE wallet.pools p SET available = p.available - moved, owed = p.owed + (credits - moved), updated_at = now(),
            below_told = p.below_told AND credits >= 0,
            low_told = p.low_told AND (credits >= 0 OR coalesce(p.available - moved < p.low_balance_threshold, false))
        WHERE p.account_id = purchase.account_id AND p.balance_type = 'live' RETURNING * INTO pool;
    INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, payment_id, description)
        VALUES (p_txn, purchase.account_id, 'live', p_kind, p_reference, -moved, pool.available, pool.held, p_payment, p_description);
    INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
        SELECT p_txn, purchase.account_id, 'live', side.ledger_account, side.amount
        FROM (VALUES ('stripe_clearing', p_cents), ('available', -moved), ('receivable', moved - credits), ('promotion', credits - p_cents))
            AS side (ledger_account, amount) WHERE side.amount <> 0;
    IF pool.available < pool.low_balance_threshold AND NOT pool.low_told THEN
        PERFORM wallet.tell_low(pool);
    END IF;
    RETURN QUERY SELECT 'reversed', pool.available, pool.held;
END $$;
-- +goose StatementEnd
