-- +goose Up
-- What is read from the ledger: its proof, the bounds of statements, and the balance that billing needs.

-- The proof: one row for everything that disagrees with the ledger's entries. An intact ledger has no rows.
-- 'kept' is the figure of the pool, or the sum of a transaction's entries; 'proven' is what it must be.
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
    ), referring AS (
        SELECT e.account_id, e.balance_type FROM entries e
        UNION SELECT t.account_id, t.balance_type FROM wallet.transactions t
        UNION SELECT h.account_id, h.balance_type FROM wallet.holds h
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
    WHERE t.id IS NULL OR s.amount IS DISTINCT FROM 0
    UNION ALL
    SELECT r.account_id, r.balance_type, 'no pool', NULL, 0, 0
    FROM referring r LEFT JOIN wallet.pools p ON p.account_id = r.account_id AND p.balance_type = r.balance_type
    WHERE p.account_id IS NULL;

-- The last movement of a pool before a moment, or 0. Of the movements before the moment, the latest one need not have
-- the highest seq when the server's clock was set back; the search includes one minute before it.
-- +goose StatementBegin
CREATE FUNCTION wallet.last_seq_before(p_account text, p_type text, p_moment timestamptz) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(max(t.seq), 0) FROM wallet.transactions t
    WHERE t.account_id = p_account AND t.balance_type = p_type AND t.created_at < p_moment
      AND t.created_at >= (SELECT max(l.created_at) FROM wallet.transactions l
          WHERE l.account_id = p_account AND l.balance_type = p_type AND l.created_at < p_moment) - interval '1 minute';
$$;
-- +goose StatementEnd

-- The movements of a statement, for each pool: those after after_seq, up to and including last_seq. It waits for
-- movements in progress, and later ones have a time after as_of. So the bounds of a period that ended by as_of never
-- change.
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

-- The available credits of a live pool, for billing, which may not read wallet's tables.
-- +goose StatementBegin
CREATE FUNCTION wallet.live_available(p_account text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.available FROM wallet.pools p WHERE p.account_id = p_account AND p.balance_type = 'live';
$$;
-- +goose StatementEnd
