-- +goose Up
CREATE SCHEMA wallet;

CREATE TABLE wallet.pools (
    account_id   text NOT NULL REFERENCES auth.accounts,
    balance_type text NOT NULL CHECK (balance_type IN ('live', 'sandbox')),
    available    bigint NOT NULL DEFAULT 0 CHECK (available >= 0),
    held         bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, balance_type)
);

-- One movement of a pool. (kind, reference) is unique: it is what makes every operation happen once.
-- seq is taken while the pool's row is locked, so it orders the movements of a pool truly.
CREATE TABLE wallet.transactions (
    id              text PRIMARY KEY,
    seq             bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    account_id      text NOT NULL,
    balance_type    text NOT NULL,
    kind            text NOT NULL CHECK (kind IN
                        ('seed', 'purchase', 'hold', 'capture', 'release', 'refund', 'dispute', 'adjustment')),
    reference       text NOT NULL,
    amount          bigint NOT NULL,
    available_after bigint NOT NULL CHECK (available_after >= 0),
    held_after      bigint NOT NULL CHECK (held_after >= 0),
    fax_id          text,
    payment_id      text,
    environment_id  text,
    description     text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, reference),
    FOREIGN KEY (account_id, balance_type) REFERENCES wallet.pools
);
CREATE INDEX transactions_by_account ON wallet.transactions (account_id, seq DESC);
CREATE INDEX transactions_by_environment ON wallet.transactions (environment_id, seq DESC) WHERE environment_id IS NOT NULL;

-- Double entry: the entries of a transaction sum to zero. 'available' and 'held' are the two sides of
-- a pool; the others are the world outside it.
CREATE TABLE wallet.entries (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id text NOT NULL REFERENCES wallet.transactions,
    account_id     text NOT NULL,
    balance_type   text NOT NULL,
    ledger_account text NOT NULL CHECK (ledger_account IN
                       ('available', 'held', 'stripe_clearing', 'promotion', 'seed', 'revenue', 'receivable')),
    amount         bigint NOT NULL CHECK (amount <> 0),
    FOREIGN KEY (account_id, balance_type) REFERENCES wallet.pools
);
CREATE INDEX entries_by_transaction ON wallet.entries (transaction_id);

-- A hold is resolved once. 'voided' is also a tombstone: a hold that arrives later is refused.
CREATE TABLE wallet.holds (
    reference      text PRIMARY KEY,
    account_id     text NOT NULL,
    balance_type   text NOT NULL,
    environment_id text NOT NULL,
    amount         bigint NOT NULL,
    state          text NOT NULL CHECK (state IN ('open', 'captured', 'released', 'voided')),
    created_at     timestamptz NOT NULL DEFAULT now(),
    resolved_at    timestamptz,
    CHECK (amount > 0 OR (state = 'voided' AND amount = 0)),
    CHECK ((state = 'open') = (resolved_at IS NULL)),
    FOREIGN KEY (account_id, balance_type) REFERENCES wallet.pools
);
CREATE INDEX holds_open ON wallet.holds (created_at) WHERE state = 'open';

CREATE TABLE wallet.inbox (
    message_id text PRIMARY KEY,
    handled_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_by_age ON wallet.inbox (handled_at);

-- +goose StatementBegin
CREATE FUNCTION wallet.refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % of %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
-- +goose StatementEnd

CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE ON wallet.entries
    FOR EACH ROW EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER entries_keep BEFORE TRUNCATE ON wallet.entries
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER transactions_append_only BEFORE UPDATE OR DELETE ON wallet.transactions
    FOR EACH ROW EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER transactions_keep BEFORE TRUNCATE ON wallet.transactions
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();

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

CREATE CONSTRAINT TRIGGER entries_balance AFTER INSERT ON wallet.entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wallet.require_balance();
CREATE CONSTRAINT TRIGGER transactions_balance AFTER INSERT ON wallet.transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wallet.require_balance();

-- +goose Down
DROP SCHEMA wallet CASCADE;
