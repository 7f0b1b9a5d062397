-- +goose Up
-- The time of a movement is taken while its pool is locked, so that times of a pool run with seq. The
-- time at which its transaction began could lie in a month that has ended since.
ALTER TABLE wallet.transactions ALTER COLUMN created_at SET DEFAULT clock_timestamp();

CREATE INDEX transactions_by_pool ON wallet.transactions (account_id, balance_type, created_at, seq);

-- The last movement of a pool before a moment, 0 when there is none. Transactions last for seconds, and
-- times from before this migration are out of order by no more than that.
-- +goose StatementBegin
CREATE FUNCTION wallet.last_seq_before(p_account text, p_type text, p_moment timestamptz) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(max(t.seq), 0) FROM wallet.transactions t
    WHERE t.account_id = p_account AND t.balance_type = p_type AND t.created_at < p_moment
      AND t.created_at >= (SELECT max(l.created_at) FROM wallet.transactions l
          WHERE l.account_id = p_account AND l.balance_type = p_type AND l.created_at < p_moment) - interval '1 minute';
$$;
-- +goose StatementEnd

-- Between which movements a statement lies, for each pool: after p_after, up to and with p_last. It waits
-- for the movements in hand, and what comes later has a later time than as_of. So the bounds of a time
-- that has ended by as_of never change.
-- +goose StatementBegin
CREATE FUNCTION wallet.statement_bounds(p_account text, p_from timestamptz, p_until timestamptz)
    RETURNS TABLE (balance_type text, after_seq bigint, last_seq bigint, as_of timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    locked_at timestamptz;
BEGIN
    PERFORM FROM wallet.pools p WHERE p.account_id = p_account ORDER BY p.balance_type FOR SHARE;
    locked_at := clock_timestamp();
    RETURN QUERY SELECT p.balance_type, wallet.last_seq_before(p_account, p.balance_type, p_from),
            wallet.last_seq_before(p_account, p.balance_type, p_until), locked_at
        FROM wallet.pools p WHERE p.account_id = p_account ORDER BY p.balance_type;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION wallet.statement_bounds, wallet.last_seq_before;
DROP INDEX wallet.transactions_by_pool;
ALTER TABLE wallet.transactions ALTER COLUMN created_at SET DEFAULT now();
