-- +goose Up
-- When billing compares what it has recorded with Stripe again. One row, for all its processes.
CREATE TABLE billing.reconciliation (
    sole    boolean PRIMARY KEY DEFAULT true CHECK (sole),
    next_at timestamptz NOT NULL
);
INSERT INTO billing.reconciliation (next_at) VALUES (now());

-- What billing has recorded since a time and the ledger does not say, and the reverse; with p_pools also what
-- wallet's own proof finds, which reads all of the ledger. No row is the only good answer.
-- +goose StatementBegin
CREATE FUNCTION billing.ledger_differences(p_since timestamptz, p_pools boolean) RETURNS TABLE (kind text, id text, detail text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
        AND NOT EXISTS (SELECT FROM wallet.transactions c WHERE c.kind = 'purchase' AND c.reference = p.id)
    UNION ALL
    SELECT 'credit_doubled', c.payment_id, format('payment %s of account %s is credited %s times', c.payment_id, c.account_id, c.times)
    FROM (SELECT c.*, count(*) OVER (PARTITION BY c.payment_id) AS times FROM purchases c) c
    WHERE c.times > 1 AND c.reference <> c.payment_id
    UNION ALL
    SELECT 'credit_without_payment', c.reference, format('%s credits of account %s belong to payment %s, which is not recorded', c.amount, c.account_id, c.payment_id)
    FROM purchases c WHERE NOT EXISTS (SELECT FROM billing.payments p WHERE p.id = c.payment_id)
    UNION ALL
    SELECT 'credit_differs', p.id, format('payment %s of account %s is %s cents for %s credits, and in the ledger %s cents for %s credits (%s came to the pool)',
        p.id, p.account_id, p.amount, p.credits, c.cents, c.amount, c.credited)
    FROM billing.payments p JOIN purchases c ON c.reference = p.id
    WHERE (p.amount, p.credits, p.credits, p.account_id) IS DISTINCT FROM (c.cents, c.amount, c.credited, c.account_id)
    UNION ALL
    SELECT m.kind || '_without_record', m.reference, format('the ledger has %s %s of payment %s, which billing does not know', m.kind, m.reference, m.payment_id)
    FROM reversed m WHERE NOT EXISTS (SELECT FROM billing.reversals r WHERE m.reference IN (r.id, r.id || ':returned') AND r.payment_id = m.payment_id)
    UNION ALL
    SELECT r.kind || '_differs', r.id, format('%s %s of %s cents is %s, and the ledger has %s cents of it gone', r.kind, r.id, r.amount, r.effect, m.cents)
    FROM billing.reversals r CROSS JOIN LATERAL (
        SELECT coalesce(sum(e.amount), 0) AS cents FROM wallet.transactions t JOIN wallet.entries e ON e.transaction_id = t.id
        WHERE t.kind = r.kind AND t.reference IN (r.id, r.id || ':returned') AND e.ledger_account = 'stripe_clearing') m
    WHERE r.updated_at >= p_since AND m.cents <> CASE r.effect WHEN 'taken' THEN r.amount ELSE 0 END
    UNION ALL
    SELECT 'pool_differs', d.account_id, format('the %s pool of account %s: %s is %s, and the ledger proves %s %s',
        d.balance_type, d.account_id, d.what, d.kept, d.proven, coalesce(d.transaction_id, ''))
    FROM wallet.differences d WHERE p_pools;
$$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION billing.ledger_differences;
DROP TABLE billing.reconciliation;
