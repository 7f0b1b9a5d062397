-- +goose Up
-- Every list and sweep is answered from an index in the order of its answer, so that it costs what it returns.
-- services/fax-dispatch/decisions and services/wallet/decisions say what each index costs.

-- Lists of faxes. Each index begins with what is compared for equality, the status last; a list of all statuses merges
-- one list for each. faxes_by_status also counts.
CREATE INDEX faxes_by_status ON fax.faxes (environment_id, status, created_at DESC, id DESC)
    WHERE status NOT IN ('accepting', 'abandoned');
CREATE INDEX faxes_by_number ON fax.faxes (environment_id, to_number, status, created_at DESC, id DESC)
    WHERE status NOT IN ('accepting', 'abandoned');
CREATE INDEX faxes_by_error ON fax.faxes (environment_id, error_code, status, created_at DESC, id DESC)
    WHERE error_code IS NOT NULL;
CREATE INDEX faxes_by_number_and_error ON fax.faxes (environment_id, to_number, error_code, status, created_at DESC, id DESC)
    WHERE error_code IS NOT NULL;
DROP INDEX fax.faxes_by_environment;

-- The faxes of an account to a number in the last hour, without those of others to the same number.
CREATE INDEX faxes_of_account_to_number ON fax.faxes (to_number, account_id, created_at) WHERE environment_type = 'live';
DROP INDEX fax.faxes_by_destination;

-- Who waits for the line to a number, the longest first.
CREATE INDEX faxes_waiting_for_line ON fax.faxes (to_number, next_attempt_at, id) WHERE status = 'queued' AND environment_type = 'live';

-- Attempts by when they were last looked after: those that were a moment ago are not read.
CREATE INDEX attempts_neglected ON fax.attempts (greatest(started_at, checked_at)) WHERE outcome IS NULL;
DROP INDEX fax.attempts_running;

-- A fax that has not ended is 'open' in what is kept about it elsewhere, which therefore changes once. A function with a
-- setting of its own would be called, where this one becomes part of the expression.
-- +goose StatementBegin
CREATE FUNCTION fax.fate(status text) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN status IN ('delivered', 'failed', 'canceled') THEN status ELSE 'open' END;
$$;
-- +goose StatementEnd

-- The tags of faxes, for lists by tag. A trigger keeps it: it follows fax.faxes, and is emptied by erasure.
CREATE TABLE fax.tags (
    environment_id text NOT NULL,
    key            text NOT NULL,
    value          text NOT NULL,
    fate           text NOT NULL,
    created_at     timestamptz NOT NULL,
    fax_id         text NOT NULL,
    to_number      text,
    error_code     text,
    PRIMARY KEY (environment_id, key, value, fate, created_at, fax_id)
);
CREATE INDEX tags_by_number ON fax.tags (environment_id, to_number, key, value, fate, created_at, fax_id);
CREATE INDEX tags_by_error ON fax.tags (environment_id, error_code, key, value, fate, created_at, fax_id) WHERE error_code IS NOT NULL;

-- +goose StatementBegin
CREATE FUNCTION fax.keep_tags() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM fax.tags t USING jsonb_each_text(OLD.tags) was
            WHERE t.environment_id = OLD.environment_id AND t.key = was.key AND t.value = was.value
              AND t.fate = fax.fate(OLD.status) AND t.created_at = OLD.created_at AND t.fax_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO fax.tags (environment_id, key, value, fate, created_at, fax_id, to_number, error_code)
            SELECT NEW.environment_id, tag.key, tag.value, fax.fate(NEW.status), NEW.created_at, NEW.id, NEW.to_number, NEW.error_code
            FROM jsonb_each_text(NEW.tags) tag;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER faxes_tagged AFTER INSERT ON fax.faxes FOR EACH ROW
    WHEN (NEW.tags <> '{}') EXECUTE FUNCTION fax.keep_tags();
CREATE TRIGGER faxes_retagged AFTER UPDATE ON fax.faxes FOR EACH ROW
    WHEN (OLD.tags <> '{}' AND (fax.fate(OLD.status), OLD.error_code, OLD.to_number, OLD.created_at, OLD.tags)
        IS DISTINCT FROM (fax.fate(NEW.status), NEW.error_code, NEW.to_number, NEW.created_at, NEW.tags))
    EXECUTE FUNCTION fax.keep_tags();
CREATE TRIGGER faxes_untagged AFTER DELETE ON fax.faxes FOR EACH ROW
    WHEN (OLD.tags <> '{}') EXECUTE FUNCTION fax.keep_tags();

-- How many faxes that were made in an hour have ended, and how. Connections that end faxes at once mostly count in slots
-- of their own, so that they do not wait for each other; a reader adds the slots up. The index has all that is asked for:
-- the rows of an environment lie far apart, one hour from the next.
CREATE TABLE fax.tallies (
    environment_id text NOT NULL,
    hour           timestamptz NOT NULL,
    status         text NOT NULL,
    slot           smallint NOT NULL,
    faxes          bigint NOT NULL,
    PRIMARY KEY (environment_id, hour, status, slot) INCLUDE (faxes)
);

-- When to look next for faxes of an account whose time is over. It may be too early, and is never too late: the first fax
-- of an account that ends sets it to the end of the shortest retention, and who looks sets it anew.
CREATE TABLE fax.retention (
    account_id text PRIMARY KEY REFERENCES auth.accounts,
    look_at    timestamptz NOT NULL
);
CREATE INDEX retention_due ON fax.retention (look_at);

-- +goose StatementBegin
CREATE FUNCTION fax.note_end() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO fax.tallies AS t (environment_id, hour, status, slot, faxes)
        VALUES (NEW.environment_id, date_trunc('hour', NEW.created_at, 'UTC'), NEW.status, pg_backend_pid() % 4, 1)
        ON CONFLICT (environment_id, hour, status, slot) DO UPDATE SET faxes = t.faxes + 1;
    INSERT INTO fax.retention (account_id, look_at) VALUES (NEW.account_id, NEW.completed_at + interval '1 day')
        ON CONFLICT (account_id) DO NOTHING;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER faxes_ended AFTER UPDATE OF status ON fax.faxes FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND NEW.status IN ('delivered', 'failed', 'canceled'))
    EXECUTE FUNCTION fax.note_end();
CREATE TRIGGER faxes_made_ended AFTER INSERT ON fax.faxes FOR EACH ROW
    WHEN (NEW.status IN ('delivered', 'failed', 'canceled')) EXECUTE FUNCTION fax.note_end();

INSERT INTO fax.tags (environment_id, key, value, fate, created_at, fax_id, to_number, error_code)
    SELECT f.environment_id, tag.key, tag.value, fax.fate(f.status), f.created_at, f.id, f.to_number, f.error_code
    FROM fax.faxes f CROSS JOIN LATERAL jsonb_each_text(f.tags) tag;
INSERT INTO fax.tallies (environment_id, hour, status, slot, faxes)
    SELECT f.environment_id, date_trunc('hour', f.created_at, 'UTC'), f.status, 0, count(*)
    FROM fax.faxes f WHERE f.completed_at IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 2;
INSERT INTO fax.retention (account_id, look_at) SELECT DISTINCT f.account_id, now() FROM fax.faxes f WHERE f.completed_at IS NOT NULL;

-- Lists of the ledger, and statements: for each pool and kind of movement, in order. A list of several merges them. The
-- index on seq alone served nobody, and was taken for lists by walking everybody's movements.
CREATE INDEX transactions_by_kind ON wallet.transactions (account_id, balance_type, kind, seq);
DROP INDEX wallet.transactions_by_environment;
CREATE INDEX transactions_by_environment ON wallet.transactions (account_id, environment_id, balance_type, kind, seq)
    WHERE environment_id IS NOT NULL;
DROP INDEX wallet.transactions_by_account;
ALTER TABLE wallet.transactions DROP CONSTRAINT transactions_seq_key;

-- Few movements are of payments, and these are compared with them by time.
CREATE INDEX transactions_of_payments ON wallet.transactions (created_at) WHERE kind IN ('purchase', 'refund', 'dispute');
CREATE INDEX payments_by_time ON billing.payments (created_at, id);
CREATE INDEX reversals_by_time ON billing.reversals (created_at, id);
CREATE INDEX reversals_by_change ON billing.reversals (updated_at);

-- As before; wallet's proof is not planned when it is not asked for. In this language the plan also knows what p_since is,
-- and reads no more than what is younger: what belongs to it is looked up one by one, and not found by reading all there is.
DROP FUNCTION billing.ledger_differences;
-- +goose StatementBegin
CREATE FUNCTION billing.ledger_differences(p_since timestamptz, p_pools boolean) RETURNS TABLE (kind text, id text, detail text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
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
        AND (SELECT count(*) FROM wallet.transactions c WHERE c.kind = 'purchase' AND c.reference = p.id) = 0
    UNION ALL
    SELECT 'credit_doubled', c.payment_id, format('payment %s of account %s is credited %s times', c.payment_id, c.account_id, c.times)
    FROM (SELECT c.*, count(*) OVER (PARTITION BY c.payment_id) AS times FROM purchases c) c
    WHERE c.times > 1 AND c.reference <> c.payment_id
    UNION ALL
    SELECT 'credit_without_payment', c.reference, format('%s credits of account %s belong to payment %s, which is not recorded', c.amount, c.account_id, c.payment_id)
    FROM purchases c WHERE (SELECT count(*) FROM billing.payments p WHERE p.id = c.payment_id) = 0
    UNION ALL
    SELECT 'credit_differs', p.id, format('payment %s of account %s is %s cents for %s credits, and in the ledger %s cents for %s credits (%s came to the pool)',
        p.id, p.account_id, p.amount, p.credits, c.cents, c.amount, c.credited)
    FROM purchases c CROSS JOIN LATERAL (SELECT * FROM billing.payments found WHERE found.id = c.reference OFFSET 0) p
    WHERE (p.amount, p.credits, p.credits, p.account_id) IS DISTINCT FROM (c.cents, c.amount, c.credited, c.account_id)
    UNION ALL
    SELECT m.kind || '_without_record', m.reference, format('the ledger has %s %s of payment %s, which billing does not know', m.kind, m.reference, m.payment_id)
    FROM reversed m WHERE (SELECT count(*) FROM billing.reversals r WHERE m.reference IN (r.id, r.id || ':returned') AND r.payment_id = m.payment_id) = 0
    UNION ALL
    SELECT r.kind || '_differs', r.id, format('%s %s of %s cents is %s, and the ledger has %s cents of it gone', r.kind, r.id, r.amount, r.effect, m.cents)
    FROM billing.reversals r CROSS JOIN LATERAL (
        SELECT coalesce(sum(e.amount), 0) AS cents FROM wallet.transactions t JOIN wallet.entries e ON e.transaction_id = t.id
        WHERE t.kind = r.kind AND t.reference IN (r.id, r.id || ':returned') AND e.ledger_account = 'stripe_clearing') m
    WHERE r.updated_at >= p_since AND m.cents <> CASE r.effect WHEN 'taken' THEN r.amount ELSE 0 END;
    IF p_pools THEN
        RETURN QUERY SELECT 'pool_differs', d.account_id, format('the %s pool of account %s: %s is %s, and the ledger proves %s %s',
            d.balance_type, d.account_id, d.what, d.kept, d.proven, coalesce(d.transaction_id, ''))
        FROM wallet.differences d;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION billing.ledger_differences;
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
DROP INDEX billing.reversals_by_change, billing.reversals_by_time, billing.payments_by_time, wallet.transactions_of_payments;
ALTER TABLE wallet.transactions ADD CONSTRAINT transactions_seq_key UNIQUE (seq);
CREATE INDEX transactions_by_account ON wallet.transactions (account_id, seq DESC);
DROP INDEX wallet.transactions_by_environment, wallet.transactions_by_kind;
CREATE INDEX transactions_by_environment ON wallet.transactions (environment_id, seq DESC) WHERE environment_id IS NOT NULL;
DROP TRIGGER faxes_made_ended ON fax.faxes;
DROP TRIGGER faxes_ended ON fax.faxes;
DROP FUNCTION fax.note_end;
DROP TABLE fax.retention, fax.tallies;
DROP TRIGGER faxes_untagged ON fax.faxes;
DROP TRIGGER faxes_retagged ON fax.faxes;
DROP TRIGGER faxes_tagged ON fax.faxes;
DROP FUNCTION fax.keep_tags;
DROP TABLE fax.tags;
DROP FUNCTION fax.fate;
CREATE INDEX attempts_running ON fax.attempts (started_at) WHERE outcome IS NULL;
DROP INDEX fax.attempts_neglected;
CREATE INDEX faxes_by_destination ON fax.faxes (to_number, created_at) WHERE environment_type = 'live';
CREATE INDEX faxes_by_environment ON fax.faxes (environment_id, created_at DESC, id DESC) WHERE status NOT IN ('accepting', 'abandoned');
DROP INDEX fax.faxes_waiting_for_line, fax.faxes_of_account_to_number, fax.faxes_by_number_and_error, fax.faxes_by_error,
    fax.faxes_by_number, fax.faxes_by_status;
