-- The rights of every role. The migrate job applies this file after the migrations, in one transaction; what is not granted
-- here is refused. {{role}} is the prefix of the role names. The gateway has no role.

REVOKE ALL ON ALL TABLES IN SCHEMA auth, wallet, billing, fax FROM {{role}}_auth, {{role}}_billing, {{role}}_wallet, {{role}}_fax_dispatch;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA auth, wallet, billing, fax FROM PUBLIC, {{role}}_auth, {{role}}_billing, {{role}}_wallet, {{role}}_fax_dispatch;
REVOKE ALL ON SCHEMA auth, wallet, billing, fax FROM {{role}}_auth, {{role}}_billing, {{role}}_wallet, {{role}}_fax_dispatch;

-- At start, every service checks that the database has all migrations that it knows.
GRANT USAGE ON SCHEMA migrations TO {{role}}_auth, {{role}}_billing, {{role}}_wallet, {{role}}_fax_dispatch;
GRANT SELECT ON migrations.versions TO {{role}}_auth, {{role}}_billing, {{role}}_wallet, {{role}}_fax_dispatch;

-- auth writes its own tables, but not activated_at.
GRANT USAGE ON SCHEMA auth TO {{role}}_auth;
GRANT SELECT ON auth.accounts, auth.environments, auth.keys TO {{role}}_auth;
GRANT INSERT (id, name, email, created_at), UPDATE (name, email) ON auth.accounts TO {{role}}_auth;
GRANT INSERT (id, account_id, name, type, created_at), UPDATE (name, updated_at) ON auth.environments TO {{role}}_auth;
GRANT INSERT (id, account_id, kind, environment_id, name, digest, last4, created_at, expires_at),
    UPDATE (name, last_used_at, expires_at, revoked_at) ON auth.keys TO {{role}}_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.email_codes, auth.known_browsers, auth.outbox TO {{role}}_auth;
GRANT SELECT, INSERT, DELETE ON auth.inbox TO {{role}}_auth;

-- auth opens the pools of a new account.
GRANT USAGE ON SCHEMA wallet TO {{role}}_auth;
GRANT EXECUTE ON FUNCTION wallet.open_account, wallet.seed TO {{role}}_auth;

-- billing writes its own tables. It cannot delete what is history, nor change the terms of a top-up or a reversal.
GRANT USAGE ON SCHEMA billing TO {{role}}_billing;
GRANT SELECT, INSERT, UPDATE ON billing.customers, billing.checkouts, billing.auto_top_ups TO {{role}}_billing;
GRANT SELECT, INSERT, UPDATE (state, stripe_payment_intent_id, decline_code, settled_at, next_check_at) ON billing.top_ups TO {{role}}_billing;
GRANT SELECT, INSERT ON billing.payments, billing.stripe_events TO {{role}}_billing;
GRANT SELECT, INSERT, UPDATE (payment_id, status, away, effect, updated_at, next_try_at) ON billing.reversals TO {{role}}_billing;
GRANT SELECT, UPDATE ON billing.pace, billing.event_scan, billing.reconciliation TO {{role}}_billing;
GRANT SELECT, INSERT, UPDATE, DELETE ON billing.detachments, billing.outbox TO {{role}}_billing;

-- billing activates accounts: it alone writes activated_at, and credits a pool with wallet.purchase.
GRANT USAGE ON SCHEMA auth, wallet TO {{role}}_billing;
GRANT SELECT (id, activated_at), UPDATE (activated_at) ON auth.accounts TO {{role}}_billing;
GRANT EXECUTE ON FUNCTION wallet.purchase, wallet.reverse_payment TO {{role}}_billing;

-- billing tops up pools that run low, and compares its records with the ledger.
GRANT EXECUTE ON FUNCTION wallet.set_auto_top_up, wallet.rearm_auto_top_up, wallet.live_available TO {{role}}_billing;
GRANT EXECUTE ON FUNCTION billing.ledger_differences TO {{role}}_billing;

-- wallet reads the ledger and writes it only through the functions, which also write its outbox.
GRANT USAGE ON SCHEMA wallet TO {{role}}_wallet;
GRANT SELECT ON wallet.pools, wallet.transactions, wallet.entries, wallet.holds, wallet.differences TO {{role}}_wallet;
GRANT SELECT, INSERT, DELETE ON wallet.inbox TO {{role}}_wallet;
GRANT SELECT, UPDATE, DELETE ON wallet.outbox TO {{role}}_wallet;
GRANT EXECUTE ON FUNCTION wallet.hold, wallet.capture, wallet.capture_part, wallet.release, wallet.void, wallet.expire TO {{role}}_wallet;
GRANT EXECUTE ON FUNCTION wallet.set_low_balance, wallet.statement_bounds TO {{role}}_wallet;

-- fax-dispatch writes its own tables, and reads what an account bought first. Attempts are history.
GRANT USAGE ON SCHEMA fax, billing TO {{role}}_fax_dispatch;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA fax TO {{role}}_fax_dispatch;
REVOKE DELETE ON fax.attempts FROM {{role}}_fax_dispatch;
GRANT EXECUTE ON FUNCTION fax.erase, fax.fate, fax.tag_terms TO {{role}}_fax_dispatch;
GRANT EXECUTE ON FUNCTION billing.first_purchase TO {{role}}_fax_dispatch;
