-- +goose Up
-- A foreign key to a pool share-locks the pool's row for each hold, transaction and entry. Where many move
-- one pool at once, several hold such a lock with one that updates, and Postgres keeps the group of them as
-- a MultiXact with every version of the row: with these keys, 16 at once on one pool did a third of the
-- work. The rows that referred to it are written by the operations alone, from the pool that they have
-- just read or changed, and a pool is never removed. wallet.differences finds what would refer to none.
ALTER TABLE wallet.holds DROP CONSTRAINT holds_account_id_balance_type_fkey;
ALTER TABLE wallet.transactions DROP CONSTRAINT transactions_account_id_balance_type_fkey;
ALTER TABLE wallet.entries DROP CONSTRAINT entries_account_id_balance_type_fkey;

CREATE TRIGGER pools_stay BEFORE DELETE ON wallet.pools
    FOR EACH ROW EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER pools_keep BEFORE TRUNCATE ON wallet.pools
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();

-- As before; a tombstone too is only for a pool that there is.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION wallet.void(p_txn text, p_reference text, p_account text, p_environment text, p_type text)
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

-- Room on each page for new versions of a row that changes all the time, so that they need no entry in the
-- index; and no wait for a fifth of all pools to have changed before the old ones are cleared away.
ALTER TABLE wallet.pools SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);

-- As before, and what refers to no pool.
CREATE OR REPLACE VIEW wallet.differences AS
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

-- +goose Down
ALTER TABLE wallet.pools RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
DROP TRIGGER pools_keep ON wallet.pools;
DROP TRIGGER pools_stay ON wallet.pools;
ALTER TABLE wallet.entries ADD FOREIGN KEY (account_id, balance_type) REFERENCES wallet.pools;
ALTER TABLE wallet.transactions ADD FOREIGN KEY (account_id, balance_type) REFERENCES wallet.pools;
ALTER TABLE wallet.holds ADD FOREIGN KEY (account_id, balance_type) REFERENCES wallet.pools;
