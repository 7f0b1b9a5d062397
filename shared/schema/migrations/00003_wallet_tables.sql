-- +goose Up
-- The ledger: pools of credits, and the double-entry record of every movement between them and the outside.
-- Services write these tables only through the functions of 00004 to 00006.

-- Each account has a live and a sandbox pool.
-- owed is what could not be taken from available when a payment was refunded or disputed, in credits: the negative of
-- the pool's 'receivable' entries. Whatever comes to available pays it first, also credits that a hold releases:
-- otherwise an account could keep credits from a refund by holding them.
-- low_balance_threshold is the account's, for balance.low; auto_top_up_threshold is billing's, for balance.below. low_told
-- and below_told are set together with the event, so that a crossing is reported once.
-- A page is filled by half, which leaves room for new versions of rows that change all the time: these then need no new
-- index entry. Vacuum starts before a fifth of all pools, its default, has changed.
CREATE TABLE wallet.pools (
    account_id            text NOT NULL REFERENCES auth.accounts,
    balance_type          text NOT NULL CHECK (balance_type IN ('live', 'sandbox')),
    available             bigint NOT NULL DEFAULT 0 CHECK (available >= 0),
    held                  bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    owed                  bigint NOT NULL DEFAULT 0 CHECK (owed >= 0),
    low_balance_threshold bigint CHECK (low_balance_threshold > 0),
    low_told              boolean NOT NULL DEFAULT false,
    auto_top_up_threshold bigint CHECK (auto_top_up_threshold > 0),
    below_told            boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, balance_type),
    CHECK (owed = 0 OR available = 0),
    CHECK (balance_type = 'live' OR num_nonnulls(low_balance_threshold, auto_top_up_threshold) = 0),
    CHECK (low_balance_threshold IS NOT NULL OR NOT low_told),
    CHECK (auto_top_up_threshold IS NOT NULL OR NOT below_told)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);

-- Holds, transactions and entries name a pool without a foreign key. A foreign key would share-lock the pool's row for
-- each of them, and under contention Postgres stores the lockers of every row version as a MultiXact: with these keys, 16
-- concurrent clients of one pool did a third of the work. The functions write those rows from the pool that they have just
-- read or changed, and a pool is never deleted. wallet.differences reports rows without a pool
-- (services/wallet/decisions/0008).

-- A movement of one pool. (kind, reference) makes every operation idempotent.
-- seq and created_at are taken while the pool's row is locked, so both order the movements of a pool. now() would be the
-- start of the database transaction, which can lie in a month that has ended since.
CREATE TABLE wallet.transactions (
    id              text PRIMARY KEY,
    seq             bigint GENERATED ALWAYS AS IDENTITY,
    account_id      text NOT NULL,
    balance_type    text NOT NULL,
    kind            text NOT NULL CHECK (kind IN
                        ('seed', 'purchase', 'hold', 'capture', 'release', 'refund', 'dispute', 'adjustment')),
    reference       text NOT NULL,
    amount          bigint NOT NULL, -- change of available; for a capture, the credits spent, negative
    available_after bigint NOT NULL CHECK (available_after >= 0),
    held_after      bigint NOT NULL CHECK (held_after >= 0),
    fax_id          text,
    payment_id      text,
    environment_id  text,
    description     text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (kind, reference)
);

-- Lists and statements merge one index range for each pool and kind. No index has all movements in the order of seq: the
-- planner used one to answer lists by walking the movements of all accounts (services/wallet/decisions/0001).
CREATE INDEX transactions_by_kind ON wallet.transactions (account_id, balance_type, kind, seq);
CREATE INDEX transactions_by_environment ON wallet.transactions (account_id, environment_id, balance_type, kind, seq)
    WHERE environment_id IS NOT NULL;

-- The bounds of a statement, by time.
CREATE INDEX transactions_by_pool ON wallet.transactions (account_id, balance_type, created_at, seq);

-- The purchase, refunds and disputes of a payment.
CREATE INDEX transactions_by_payment ON wallet.transactions (payment_id) WHERE payment_id IS NOT NULL;

-- Reconciliation compares movements of payments by time. Few movements are of payments.
CREATE INDEX transactions_of_payments ON wallet.transactions (created_at) WHERE kind IN ('purchase', 'refund', 'dispute');

-- Double entry: the entries of a transaction sum to zero. 'available' and 'held' are the two sides of a pool; the other
-- ledger accounts stand for what is outside it.
CREATE TABLE wallet.entries (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id text NOT NULL REFERENCES wallet.transactions,
    account_id     text NOT NULL,
    balance_type   text NOT NULL,
    ledger_account text NOT NULL CHECK (ledger_account IN
                       ('available', 'held', 'stripe_clearing', 'promotion', 'seed', 'revenue', 'receivable')),
    amount         bigint NOT NULL CHECK (amount <> 0)
);
CREATE INDEX entries_by_transaction ON wallet.entries (transaction_id);

-- Credits reserved for a fax. A hold is resolved once. 'voided' is also a tombstone: a hold with the same reference that
-- arrives later is refused.
CREATE TABLE wallet.holds (
    reference      text PRIMARY KEY,
    account_id     text NOT NULL,
    balance_type   text NOT NULL,
    environment_id text NOT NULL,
    amount         bigint NOT NULL,
    state          text NOT NULL CHECK (state IN ('open', 'captured', 'released', 'voided')),
    created_at     timestamptz NOT NULL DEFAULT now(),
    resolved_at    timestamptz,
    captured       bigint, -- the part of amount that was charged
    CHECK (amount > 0 OR (state = 'voided' AND amount = 0)),
    CHECK ((state = 'open') = (resolved_at IS NULL)),
    CHECK (captured BETWEEN 1 AND amount),
    CHECK ((state = 'captured') = (captured IS NOT NULL))
);

-- The job that resolves forgotten holds reads the oldest first.
CREATE INDEX holds_open ON wallet.holds (created_at, reference) WHERE state = 'open';

-- +goose StatementBegin
CREATE FUNCTION wallet.refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % of %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
-- +goose StatementEnd

-- At commit, so that a function can write a transaction and its entries one after the other.
-- +goose StatementBegin
CREATE FUNCTION wallet.require_balance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    txn     text := CASE TG_TABLE_NAME WHEN 'transactions' THEN to_jsonb(NEW)->>'id' ELSE to_jsonb(NEW)->>'transaction_id' END;
    total   bigint;
    entries bigint;
BEGIN
    SELECT coalesce(sum(e.amount), 0), count(*) INTO total, entries FROM wallet.entries e WHERE e.transaction_id = txn;
    IF total <> 0 OR entries < 2 THEN
        RAISE EXCEPTION 'ledger transaction % is unbalanced: % entries sum to %', txn, entries, total
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER pools_stay BEFORE DELETE ON wallet.pools
    FOR EACH ROW EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER pools_keep BEFORE TRUNCATE ON wallet.pools
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE ON wallet.entries
    FOR EACH ROW EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER entries_keep BEFORE TRUNCATE ON wallet.entries
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER transactions_append_only BEFORE UPDATE OR DELETE ON wallet.transactions
    FOR EACH ROW EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER transactions_keep BEFORE TRUNCATE ON wallet.transactions
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();

CREATE CONSTRAINT TRIGGER entries_balance AFTER INSERT ON wallet.entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wallet.require_balance();
CREATE CONSTRAINT TRIGGER transactions_balance AFTER INSERT ON wallet.transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wallet.require_balance();
