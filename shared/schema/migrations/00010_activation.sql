-- +goose Up
-- The activation rule, which the database enforces against every program: an account is activated by its first successful
-- live purchase, in the transaction that records the payment and credits the pool, and never otherwise. Payments always
-- fund the live pool.
--
-- Three deferred triggers tie the account, the payment and the credit together at commit: none of them can be written
-- without the others.

-- activated_at is set once, and an activated account is never deleted.
-- +goose StatementBegin
CREATE FUNCTION auth.keep_activation() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'accounts are not removed' USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'DELETE' AND OLD.activated_at IS NOT NULL THEN
        RAISE EXCEPTION 'account % is activated and stays', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'UPDATE' AND OLD.activated_at IS NOT NULL AND NEW.activated_at IS DISTINCT FROM OLD.activated_at THEN
        RAISE EXCEPTION 'activated_at of account % is set and stays as it is', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
-- +goose StatementEnd

-- A payment is never changed or deleted.
-- +goose StatementBegin
CREATE FUNCTION billing.keep_payment() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a payment is history: % of billing.payments is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
-- +goose StatementEnd

-- Reports whether the ledger has taken the payment's money and put its credits into the account's live pool.
-- +goose StatementBegin
CREATE FUNCTION billing.is_credited(p billing.payments) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM wallet.transactions t
        WHERE t.kind = 'purchase' AND t.reference = p.id AND t.account_id = p.account_id
          AND t.balance_type = 'live' AND t.amount = p.credits
          AND EXISTS (SELECT FROM wallet.entries e WHERE e.transaction_id = t.id
              AND e.ledger_account = 'stripe_clearing' AND e.amount = -p.amount)
          AND EXISTS (SELECT FROM wallet.entries e WHERE e.transaction_id = t.id
              AND e.ledger_account = 'available' AND e.amount = p.credits));
$$;
-- +goose StatementEnd

-- The account: it is activated by a payment with a credit.
-- +goose StatementBegin
CREATE FUNCTION auth.require_activating_payment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM billing.payments p
            WHERE p.account_id = NEW.id AND p.activates AND p.status = 'succeeded'
              AND p.created_at = NEW.activated_at AND billing.is_credited(p)) THEN
        RAISE EXCEPTION 'account % cannot be activated without its payment and credit in the same transaction', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- The payment: it has its credit and an activated account.
-- +goose StatementBegin
CREATE FUNCTION billing.require_credit_and_activation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    activated timestamptz;
BEGIN
    SELECT a.activated_at INTO activated FROM auth.accounts a WHERE a.id = NEW.account_id;
    IF NOT billing.is_credited(NEW) THEN
        RAISE EXCEPTION 'payment % cannot be recorded without its credit', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF activated IS NULL OR (NEW.activates AND activated <> NEW.created_at) THEN
        RAISE EXCEPTION 'payment % cannot be recorded without activating its account', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- The credit: a purchase in the ledger has its payment, so credits are not created from nothing.
-- +goose StatementBegin
CREATE FUNCTION wallet.require_payment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM billing.payments p WHERE p.id = NEW.reference AND p.account_id = NEW.account_id AND p.credits = NEW.amount) THEN
        RAISE EXCEPTION 'purchase % has no payment', NEW.reference USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- The purchase that activated an account, for fax-dispatch: the daily limit of a new account is at least what it bought
-- first. An account that is not activated has no row.
-- +goose StatementBegin
CREATE FUNCTION billing.first_purchase(p_account text) RETURNS TABLE (activated_at timestamptz, credits bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.activated_at, p.credits FROM auth.accounts a JOIN billing.payments p ON p.account_id = a.id AND p.activates
    WHERE a.id = p_account AND a.activated_at IS NOT NULL;
$$;
-- +goose StatementEnd

CREATE TRIGGER accounts_keep_activation BEFORE UPDATE OR DELETE ON auth.accounts
    FOR EACH ROW EXECUTE FUNCTION auth.keep_activation();
CREATE TRIGGER accounts_keep BEFORE TRUNCATE ON auth.accounts
    FOR EACH STATEMENT EXECUTE FUNCTION auth.keep_activation();
CREATE TRIGGER payments_keep BEFORE UPDATE OR DELETE ON billing.payments
    FOR EACH ROW EXECUTE FUNCTION billing.keep_payment();
CREATE TRIGGER payments_keep_all BEFORE TRUNCATE ON billing.payments
    FOR EACH STATEMENT EXECUTE FUNCTION billing.keep_payment();

CREATE CONSTRAINT TRIGGER accounts_activated_by_payment AFTER INSERT OR UPDATE OF activated_at ON auth.accounts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.activated_at IS NOT NULL)
    EXECUTE FUNCTION auth.require_activating_payment();
CREATE CONSTRAINT TRIGGER payments_credit_and_activate AFTER INSERT ON billing.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.require_credit_and_activation();
CREATE CONSTRAINT TRIGGER purchases_have_payment AFTER INSERT ON wallet.transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'purchase')
    EXECUTE FUNCTION wallet.require_payment();
