-- +goose Up
-- Holds: credits that are reserved when a fax is accepted, and charged or returned when it ends.

-- Reserves credits. Outcomes: held, exists, mismatch (same reference, other fields), resolved, voided,
-- insufficient_balance, account_not_activated, unknown (no such pool). A refused hold leaves nothing behind.
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
    IF pool.available < pool.low_balance_threshold AND NOT pool.low_told THEN
        PERFORM wallet.tell_low(pool);
    END IF;
    RETURN QUERY SELECT 'held', pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- Moves credits of a hold back to available, and from there pays what the pool owes. A pool that owes has nothing
-- available, so the part of p_credits that is missing from available afterwards is the part that was paid.
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

-- Returns an open hold in full, as 'released' or 'voided'. Outcomes: the new state, exists (it already has this state),
-- conflict (it was resolved differently), unknown.
-- +goose StatementBegin
CREATE FUNCTION wallet.resolve_hold(p_txn text, p_reference text, p_state text, p_description text)
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
    pool := wallet.give_back(p_txn, h, h.amount, p_description);
    RETURN QUERY SELECT p_state, h.amount, pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- Charges p_amount of an open hold, or all of it when null; the rest is returned. Raises balance.below when less than its
-- threshold is available afterwards. Outcomes: captured, exists (already captured with this amount), conflict (resolved
-- differently, or for another amount), exceeds_hold, unknown.
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
    IF pool.available < pool.auto_top_up_threshold AND NOT pool.below_told THEN
        PERFORM wallet.tell_below(pool);
    END IF;
    RETURN QUERY SELECT 'captured', spent, pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION wallet.capture(p_txn text, p_reference text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM wallet.capture_part(p_txn, p_reference, NULL);
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION wallet.release(p_txn text, p_reference text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM wallet.resolve_hold(p_txn, p_reference, 'released', 'Fax not delivered');
$$;
-- +goose StatementEnd

-- Undoes a hold whose answer was lost, or leaves a tombstone that refuses it if it arrives later.
-- +goose StatementBegin
CREATE FUNCTION wallet.void(p_txn text, p_reference text, p_account text, p_environment text, p_type text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO wallet.holds (reference, account_id, balance_type, environment_id, amount, state, resolved_at)
        SELECT p_reference, p.account_id, p.balance_type, p_environment, 0, 'voided', now()
        FROM wallet.pools p WHERE p.account_id = p_account AND p.balance_type = p_type
        ON CONFLICT (reference) DO NOTHING;
    IF FOUND THEN
        RETURN QUERY SELECT 'voided', 0::bigint, p.available, p.held FROM wallet.pools p
            WHERE p.account_id = p_account AND p.balance_type = p_type;
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM wallet.resolve_hold(p_txn, p_reference, 'voided', 'Fax not accepted');
END $$;
-- +goose StatementEnd

-- Releases a forgotten hold. To a caller that settles it later, it is released like any other.
-- +goose StatementBegin
CREATE FUNCTION wallet.expire(p_txn text, p_reference text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM wallet.resolve_hold(p_txn, p_reference, 'released', 'Hold expired');
$$;
-- +goose StatementEnd
