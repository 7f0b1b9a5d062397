-- +goose Up
-- The operations on pools: the only way to write them. Each is one round trip and happens once for
-- its reference; asked again, it reports outcome 'exists'.

-- +goose StatementBegin
CREATE FUNCTION wallet.open_account(p_account text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO wallet.pools (account_id, balance_type) VALUES (p_account, 'live'), (p_account, 'sandbox')
    ON CONFLICT DO NOTHING;
$$;
-- +goose StatementEnd

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

-- p_paid is in cents. What the package grants beyond it is a promotion.
-- +goose StatementBegin
CREATE FUNCTION wallet.purchase(p_txn text, p_payment text, p_account text, p_paid bigint, p_credits bigint, p_description text)
    RETURNS TABLE (outcome text, available bigint, held bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pool  wallet.pools;
    known wallet.transactions;
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
    UPDATE wallet.pools p SET available = p.available + p_credits, updated_at = now()
        WHERE p.account_id = p_account AND p.balance_type = 'live' RETURNING * INTO pool;
    INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, payment_id, description)
        VALUES (p_txn, p_account, 'live', 'purchase', p_payment, p_credits, pool.available, pool.held, p_payment, p_description);
    INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
        VALUES (p_txn, p_account, 'live', 'stripe_clearing', -p_paid), (p_txn, p_account, 'live', 'available', p_credits);
    IF p_credits <> p_paid THEN
        INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
            VALUES (p_txn, p_account, 'live', 'promotion', p_paid - p_credits);
    END IF;
    RETURN QUERY SELECT 'purchased', pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- Outcomes: held, exists, mismatch (same reference, other fields), resolved, voided,
-- insufficient_balance, account_not_activated, unknown (no such pool). A refused hold leaves nothing.
-- +goose StatementBegin
CREATE FUNCTION wallet.hold(p_txn text, p_reference text, p_account text, p_environment text, p_type text, p_amount bigint)
    RETURNS TABLE (outcome text, available bigint, held bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pool  wallet.pools;
    known wallet.holds;
BEGIN
    IF p_amount <= 0 THEN
        RAISE EXCEPTION 'a hold is positive, not %', p_amount USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF p_type = 'live' AND NOT EXISTS (SELECT FROM auth.accounts a WHERE a.id = p_account AND a.activated_at IS NOT NULL) THEN
        RETURN QUERY SELECT 'account_not_activated', 0::bigint, 0::bigint;
        RETURN;
    END IF;
    INSERT INTO wallet.holds (reference, account_id, balance_type, environment_id, amount, state)
        SELECT p_reference, p.account_id, p.balance_type, p_environment, p_amount, 'open'
        FROM wallet.pools p WHERE p.account_id = p_account AND p.balance_type = p_type
        ON CONFLICT (reference) DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO known FROM wallet.holds h WHERE h.reference = p_reference;
        SELECT * INTO pool FROM wallet.pools p WHERE p.account_id = p_account AND p.balance_type = p_type;
        RETURN QUERY SELECT CASE
                WHEN known.reference IS NULL THEN 'unknown'
                WHEN known.state = 'voided' THEN 'voided'
                WHEN known.account_id <> p_account OR known.balance_type <> p_type
                    OR known.environment_id <> p_environment OR known.amount <> p_amount THEN 'mismatch'
                WHEN known.state = 'open' THEN 'exists'
                ELSE 'resolved' END,
            coalesce(pool.available, 0), coalesce(pool.held, 0);
        RETURN;
    END IF;
    UPDATE wallet.pools p SET available = p.available - p_amount, held = p.held + p_amount, updated_at = now()
        WHERE p.account_id = p_account AND p.balance_type = p_type AND p.available >= p_amount
        RETURNING * INTO pool;
    IF NOT FOUND THEN
        DELETE FROM wallet.holds h WHERE h.reference = p_reference;
        RETURN QUERY SELECT 'insufficient_balance', p.available, p.held FROM wallet.pools p
            WHERE p.account_id = p_account AND p.balance_type = p_type;
        RETURN;
    END IF;
    INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, fax_id, environment_id, description)
        VALUES (p_txn, p_account, p_type, 'hold', p_reference, -p_amount, pool.available, pool.held, p_reference, p_environment, 'Fax accepted');
    INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
        VALUES (p_txn, p_account, p_type, 'available', -p_amount), (p_txn, p_account, p_type, 'held', p_amount);
    RETURN QUERY SELECT 'held', pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- Resolves an open hold as 'captured', 'released' or 'voided'. Outcomes: the new state, exists (it
-- was resolved so before), conflict (it was resolved otherwise), unknown.
-- +goose StatementBegin
CREATE FUNCTION wallet.resolve_hold(p_txn text, p_reference text, p_state text)
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
    UPDATE wallet.pools p SET held = p.held - h.amount, updated_at = now(),
            available = p.available + CASE p_state WHEN 'captured' THEN 0 ELSE h.amount END
        WHERE p.account_id = h.account_id AND p.balance_type = h.balance_type RETURNING * INTO pool;
    INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, fax_id, environment_id, description)
        VALUES (p_txn, h.account_id, h.balance_type,
            CASE p_state WHEN 'captured' THEN 'capture' ELSE 'release' END, p_reference,
            CASE p_state WHEN 'captured' THEN -h.amount ELSE h.amount END,
            pool.available, pool.held, p_reference, h.environment_id,
            CASE p_state WHEN 'captured' THEN 'Fax delivered' WHEN 'released' THEN 'Fax not delivered' ELSE 'Fax not accepted' END);
    INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
        VALUES (p_txn, h.account_id, h.balance_type, 'held', -h.amount),
               (p_txn, h.account_id, h.balance_type, CASE p_state WHEN 'captured' THEN 'revenue' ELSE 'available' END, h.amount);
    RETURN QUERY SELECT p_state, h.amount, pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION wallet.capture(p_txn text, p_reference text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM wallet.resolve_hold(p_txn, p_reference, 'captured');
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION wallet.release(p_txn text, p_reference text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM wallet.resolve_hold(p_txn, p_reference, 'released');
$$;
-- +goose StatementEnd

-- Undoes a hold whose answer was lost, or leaves a tombstone that refuses it when it comes late.
-- +goose StatementBegin
CREATE FUNCTION wallet.void(p_txn text, p_reference text, p_account text, p_environment text, p_type text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO wallet.holds (reference, account_id, balance_type, environment_id, amount, state, resolved_at)
        VALUES (p_reference, p_account, p_type, p_environment, 0, 'voided', now())
        ON CONFLICT (reference) DO NOTHING;
    IF FOUND THEN
        RETURN QUERY SELECT 'voided', 0::bigint, p.available, p.held FROM wallet.pools p
            WHERE p.account_id = p_account AND p.balance_type = p_type;
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM wallet.resolve_hold(p_txn, p_reference, 'voided');
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION wallet.void, wallet.release, wallet.capture, wallet.resolve_hold, wallet.hold, wallet.purchase, wallet.seed, wallet.open_account;
