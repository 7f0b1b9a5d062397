-- {{rows}} movements of the large account's live pool in 90 days, holds and their captures, and a tenth as many purchases of
-- the others with their payments, of which some were refunded. The books agree.
CREATE TEMP TABLE moved AS
    SELECT n, CASE WHEN n % 2 = 1 THEN 'hold' ELSE 'capture' END AS kind, pg_temp.id('fax', (n + 1) / 2) AS fax,
        now() - interval '90 days' * (1 - n::float8 / ({{rows}} + 1)) AS at
    FROM generate_series(1, {{rows}}) n;
CREATE TEMP TABLE bought AS
    SELECT n, pg_temp.id('pay', n) AS id, CASE WHEN n = 0 THEN 0 ELSE 1 + n % 500 END AS account,
        now() - interval '90 days' * (1 - (n * 10)::float8 / ({{rows}} + 10)) AS at,
        CASE WHEN n = 0 THEN 1000000 ELSE 1000 END AS credits, n % 10 = 9 AS refunded
    FROM generate_series(0, {{rows}} / 10) n;

INSERT INTO billing.checkouts (id, account_id, mode, package_id, amount, credits, currency, livemode, stripe_session_id, state, created_at, completed_at, next_check_at)
    SELECT pg_temp.id('chk', n), pg_temp.id('acct', account), 'payment', 'p', credits, credits, 'usd', false, 'cs_' || n, 'complete', at, at, at FROM bought;
INSERT INTO billing.payments (id, account_id, checkout_id, stripe_payment_intent_id, package_id, amount, credits, currency, livemode, status, activates, created_at)
    SELECT id, pg_temp.id('acct', account), pg_temp.id('chk', n), 'pi_' || n, 'p', credits, credits, 'usd', false, 'succeeded',
        row_number() OVER (PARTITION BY account ORDER BY at) = 1, at FROM bought;
INSERT INTO billing.reversals (id, kind, stripe_payment_intent_id, payment_id, amount, currency, status, away, effect, created_at, noted_at, updated_at)
    SELECT 're_' || n, 'refund', 'pi_' || n, id, credits, 'usd', 'succeeded', true, 'taken', at, at, at FROM bought WHERE refunded;
INSERT INTO billing.stripe_events (id, type, object_id, livemode, received_at)
    SELECT 'evt_' || n, 'checkout.session.completed', 'cs_' || n, false, at FROM bought;

-- Balances after each movement follow from its number: all that an account has bought comes before what it uses.
INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, payment_id, description, created_at)
    SELECT pg_temp.id('tpu', n), pg_temp.id('acct', account), 'live', 'purchase', id, credits,
        sum(credits) OVER sofar - coalesce(sum(credits) FILTER (WHERE refunded) OVER before, 0), 0, id, 'P', at
    FROM bought WINDOW sofar AS (PARTITION BY account ORDER BY n),
        before AS (PARTITION BY account ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) ORDER BY n;
INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, payment_id, description, created_at)
    SELECT pg_temp.id('tre', n), pg_temp.id('acct', account), 'live', 'refund', 're_' || n, -credits, 0, 0, id, 'R', at
    FROM bought WHERE refunded ORDER BY n;
INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, fax_id, environment_id, description, created_at)
    SELECT pg_temp.id('txn', n), pg_temp.id('acct', 0), 'live', kind, fax, -1, 1000000 - (n + 1) / 2, n % 2, fax, pg_temp.id('env', 0),
        CASE kind WHEN 'hold' THEN 'Fax accepted' ELSE 'Fax delivered' END, at
    FROM moved ORDER BY n;
INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
    SELECT t.id, t.account_id, 'live', side.name, side.amount FROM wallet.transactions t CROSS JOIN LATERAL (VALUES
        (CASE t.kind WHEN 'capture' THEN 'held' ELSE 'available' END, t.amount),
        (CASE t.kind WHEN 'hold' THEN 'held' WHEN 'capture' THEN 'revenue' ELSE 'stripe_clearing' END, -t.amount)) side (name, amount)
    ORDER BY t.seq;
INSERT INTO wallet.holds (reference, account_id, balance_type, environment_id, amount, state, captured, created_at, resolved_at)
    SELECT fax, pg_temp.id('acct', 0), 'live', pg_temp.id('env', 0), 1, 'captured', 1, at, at FROM moved WHERE kind = 'hold';
UPDATE wallet.pools p SET available = proven.available FROM (
    SELECT e.account_id, e.balance_type, sum(e.amount) AS available FROM wallet.entries e WHERE e.ledger_account = 'available' GROUP BY 1, 2) proven
    WHERE p.account_id = proven.account_id AND p.balance_type = proven.balance_type;
INSERT INTO wallet.inbox (message_id, handled_at) SELECT 'evt_' || n, at FROM moved WHERE at > now() - interval '6 days';

VACUUM ANALYZE wallet.pools, wallet.transactions, wallet.entries, wallet.holds, wallet.inbox, billing.checkouts, billing.payments,
    billing.reversals, billing.stripe_events;
