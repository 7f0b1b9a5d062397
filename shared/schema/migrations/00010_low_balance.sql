-- +goose Up
-- What a pool tells when it runs low, holds that expire, and the proof that the ledger is as it must be.

-- low_balance_threshold is the account's wish to be told; auto_top_up_threshold is billing's, to top up.
-- Each 'told' is set with its message, so that one crossing is told once. Both thresholds are for the live pool.
ALTER TABLE wallet.pools
    ADD COLUMN low_balance_threshold bigint CHECK (low_balance_threshold > 0),
    ADD COLUMN low_told boolean NOT NULL DEFAULT false,
    ADD COLUMN auto_top_up_threshold bigint CHECK (auto_top_up_threshold > 0),
    ADD COLUMN below_told boolean NOT NULL DEFAULT false;
ALTER TABLE wallet.pools
    ADD CHECK (balance_type = 'live' OR num_nonnulls(low_balance_threshold, auto_top_up_threshold) = 0),
    ADD CHECK (low_balance_threshold IS NOT NULL OR NOT low_told),
    ADD CHECK (auto_top_up_threshold IS NOT NULL OR NOT below_told);

CREATE TABLE wallet.outbox (LIKE auth.outbox INCLUDING ALL);

-- For the job that looks after holds which stay open, oldest first.
DROP INDEX wallet.holds_open;
CREATE INDEX holds_open ON wallet.holds (created_at, reference) WHERE state = 'open';

-- Writes an event to the outbox. Its id has the form of all event ids: 22 characters of 0-9A-Za-z, each
-- from a byte of a UUID that is wholly random.
-- +goose StatementBegin
CREATE FUNCTION wallet.tell(p_name text, p_body jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO wallet.outbox (message_id, kind, name, body)
    SELECT 'evt_' || string_agg(substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 1 + get_byte(chance.bytes, place) % 62, 1), ''),
        'event', p_name, p_body || jsonb_build_object('at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    FROM (SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) AS bytes) chance,
        generate_series(0, 25) place WHERE place NOT IN (6, 8, 22, 24); -- those have a UUID's version and variant
$$;
-- +goose StatementEnd

-- Tells that a pool has less than its account wants to be warned at. The caller has the pool's lock.
-- +goose StatementBegin
CREATE FUNCTION wallet.tell_low(pool wallet.pools) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE wallet.pools p SET low_told = true WHERE p.account_id = pool.account_id AND p.balance_type = pool.balance_type;
    PERFORM wallet.tell('balance.low', jsonb_build_object('account_id', pool.account_id, 'balance_type', pool.balance_type,
        'available', pool.available, 'threshold', pool.low_balance_threshold));
END $$;
-- +goose StatementEnd

-- Tells billing that a pool has less than it is to be topped up at. The caller has the pool's lock.
-- +goose StatementBegin
CREATE FUNCTION wallet.tell_below(pool wallet.pools) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE wallet.pools p SET below_told = true WHERE p.account_id = pool.account_id AND p.balance_type = pool.balance_type;
    PERFORM wallet.tell('balance.below', jsonb_build_object('account_id', pool.account_id,
        'available', pool.available, 'threshold', pool.auto_top_up_threshold));
END $$;
-- +goose StatementEnd

-- Sets or, with null, removes the threshold of balance.low, and tells at once when less is available.
-- The threshold that it has already changes and tells nothing.
-- +goose StatementBegin
CREATE FUNCTION wallet.set_low_balance(p_account text, p_threshold bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pool wallet.pools;
BEGIN
    UPDATE wallet.pools p SET low_balance_threshold = p_threshold, low_told = false, updated_at = now()
        WHERE p.account_id = p_account AND p.balance_type = 'live' AND p.low_balance_threshold IS DISTINCT FROM p_threshold
        RETURNING * INTO pool;
    IF pool.available < pool.low_balance_threshold THEN
        PERFORM wallet.tell_low(pool);
    END IF;
END $$;
-- +goose StatementEnd

-- Sets or, with null, removes the threshold of balance.below, and tells at once when less is available,
-- also when it was told before.
-- +goose StatementBegin
CREATE FUNCTION wallet.set_auto_top_up(p_account text, p_threshold bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pool wallet.pools;
BEGIN
    UPDATE wallet.pools p SET auto_top_up_threshold = p_threshold, below_told = false, updated_at = now()
        WHERE p.account_id = p_account AND p.balance_type = 'live' RETURNING * INTO pool;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % has no live pool', p_account USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF pool.available < pool.auto_top_up_threshold THEN
        PERFORM wallet.tell_below(pool);
    END IF;
END $$;
-- +goose StatementEnd

-- Lets the next capture tell again, for a top-up that did not come about. It tells nothing itself.
-- +goose StatementBegin
CREATE FUNCTION wallet.rearm_auto_top_up(p_account text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE wallet.pools p SET below_told = false
        WHERE p.account_id = p_account AND p.balance_type = 'live' AND p.below_told;
$$;
-- +goose StatementEnd

-- As before; when it takes available below the threshold, it tells.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wallet.hold(p_txn text, p_reference text, p_account text, p_environment text, p_type text, p_amount bigint)
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

-- As before. It re-arms balance.below whatever it brings, since a top-up that was not enough must not be
-- the last, and balance.low when it brings enough.
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
    UPDATE wallet.pools p SET available = p.available + p_credits - due, owed = p.owed - due, updated_at = now(), below_told = false,
            low_told = p.low_told AND coalesce(p.available + p_credits - due < p.low_balance_threshold, false)
        WHERE p.account_id = p_account AND p.balance_type = 'live' RETURNING * INTO pool;
    IF due > 0 THEN
        PERFORM wallet.pay_off(wallet.consequence(p_txn), pool, p_payment, due, NULL, p_payment);
    END IF;
    RETURN QUERY SELECT 'purchased', pool.available, pool.held;
END $$;
-- +goose StatementEnd

-- As before; what it takes may tell, and what it gives back re-arms as a purchase does.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wallet.reverse_payment(p_txn text, p_kind text, p_reference text, p_payment text, p_cents bigint, p_description text)
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

-- As before; when less than the threshold is available after it, it tells.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wallet.capture_part(p_txn text, p_reference text, p_amount bigint)
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

-- As before; the caller says what the ledger shows.
DROP FUNCTION wallet.resolve_hold(text, text, text);
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

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wallet.release(p_txn text, p_reference text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM wallet.resolve_hold(p_txn, p_reference, 'released', 'Fax not delivered');
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wallet.void(p_txn text, p_reference text, p_account text, p_environment text, p_type text)
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
    RETURN QUERY SELECT * FROM wallet.resolve_hold(p_txn, p_reference, 'voided', 'Fax not accepted');
END $$;
-- +goose StatementEnd

-- Releases a hold that was forgotten. To whoever settles it later it is a release like any other.
-- +goose StatementBegin
CREATE FUNCTION wallet.expire(p_txn text, p_reference text)
    RETURNS TABLE (outcome text, amount bigint, available bigint, held bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM wallet.resolve_hold(p_txn, p_reference, 'released', 'Hold expired');
$$;
-- +goose StatementEnd

-- The proof: what is not as the ledger's entries say, a row each. No row is the only good answer.
-- 'kept' is what the pool says, or what a transaction's entries sum to; 'proven' is what it must be.
CREATE VIEW wallet.differences AS
    WITH entries AS (
        SELECT e.account_id, e.balance_type,
            sum(e.amount) FILTER (WHERE e.ledger_account = 'available') AS available,
            sum(e.amount) FILTER (WHERE e.ledger_account = 'held') AS held,
            -sum(e.amount) FILTER (WHERE e.ledger_account = 'receivable') AS owed
        FROM wallet.entries e GROUP BY 1, 2
    ), open_holds AS (
        SELECT h.account_id, h.balance_type, sum(h.amount) AS amount FROM wallet.holds h WHERE h.state = 'open' GROUP BY 1, 2
    ), sums AS (
        SELECT e.transaction_id, min(e.account_id) AS account_id, min(e.balance_type) AS balance_type, sum(e.amount) AS amount
        FROM wallet.entries e GROUP BY 1
    )
    SELECT p.account_id, p.balance_type, side.what, NULL::text AS transaction_id, side.kept, side.proven
    FROM wallet.pools p
        LEFT JOIN entries e ON e.account_id = p.account_id AND e.balance_type = p.balance_type
        LEFT JOIN open_holds o ON o.account_id = p.account_id AND o.balance_type = p.balance_type
        CROSS JOIN LATERAL (VALUES
            ('available', p.available, coalesce(e.available, 0)::bigint), ('held', p.held, coalesce(e.held, 0)::bigint),
            ('owed', p.owed, coalesce(e.owed, 0)::bigint), ('open holds', p.held, coalesce(o.amount, 0)::bigint)
        ) AS side (what, kept, proven)
    WHERE side.kept <> side.proven
    UNION ALL
    SELECT coalesce(t.account_id, s.account_id), coalesce(t.balance_type, s.balance_type),
        CASE WHEN s.transaction_id IS NULL THEN 'transaction without entries'
             WHEN t.id IS NULL THEN 'entries without transaction'
             ELSE 'transaction' END,
        coalesce(t.id, s.transaction_id), coalesce(s.amount, 0)::bigint, 0
    FROM wallet.transactions t FULL JOIN sums s ON s.transaction_id = t.id
    WHERE t.id IS NULL OR s.amount IS DISTINCT FROM 0;

-- +goose Down
-- +goose StatementBegin
DO $$
BEGIN
    RAISE EXCEPTION 'the older schema loses what was to be told: restore a backup instead';
END $$;
-- +goose StatementEnd
