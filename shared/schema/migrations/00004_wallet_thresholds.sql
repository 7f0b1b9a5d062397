-- +goose Up
-- The events that a live pool raises when it falls below a threshold: balance.low, for the account, and balance.below, on
-- which billing tops up.

-- Writes an event to the outbox. Its id has the format of all event ids: 22 characters of 0-9A-Za-z, each from one random
-- byte of a UUID.
-- +goose StatementBegin
CREATE FUNCTION wallet.tell(p_name text, p_body jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO wallet.outbox (message_id, kind, name, body)
    SELECT 'evt_' || string_agg(substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 1 + get_byte(chance.bytes, place) % 62, 1), ''),
        'event', p_name, p_body || jsonb_build_object('at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    FROM (SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) AS bytes) chance,
        generate_series(0, 25) place WHERE place NOT IN (6, 8, 22, 24); -- these bytes contain the version or variant of a UUID
$$;
-- +goose StatementEnd

-- Raises balance.low. The caller holds the pool's lock.
-- +goose StatementBegin
CREATE FUNCTION wallet.tell_low(pool wallet.pools) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE wallet.pools p SET low_told = true WHERE p.account_id = pool.account_id AND p.balance_type = pool.balance_type;
    PERFORM wallet.tell('balance.low', jsonb_build_object('account_id', pool.account_id, 'balance_type', pool.balance_type,
        'available', pool.available, 'threshold', pool.low_balance_threshold));
END $$;
-- +goose StatementEnd

-- Raises balance.below. The caller holds the pool's lock.
-- +goose StatementBegin
CREATE FUNCTION wallet.tell_below(pool wallet.pools) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE wallet.pools p SET below_told = true WHERE p.account_id = pool.account_id AND p.balance_type = pool.balance_type;
    PERFORM wallet.tell('balance.below', jsonb_build_object('account_id', pool.account_id,
        'available', pool.available, 'threshold', pool.auto_top_up_threshold));
END $$;
-- +goose StatementEnd

-- Sets the threshold of balance.low, or removes it when null, and raises the event at once when less is available. Setting
-- the current threshold again has no effect.
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

-- Sets the threshold of balance.below, or removes it when null, and raises the event at once when less is available, even
-- if it was raised before.
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

-- Lets the next capture raise balance.below again, after a top-up that did not succeed. It raises nothing itself.
-- +goose StatementBegin
CREATE FUNCTION wallet.rearm_auto_top_up(p_account text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE wallet.pools p SET below_told = false
        WHERE p.account_id = p_account AND p.balance_type = 'live' AND p.below_told;
$$;
-- +goose StatementEnd
