-- One large account and 500 small ones, each with a live and a sandbox environment.
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT kind || '_' || substr(md5(n::text), 1, 22) $$;

INSERT INTO auth.accounts (id, name, email)
    SELECT pg_temp.id('acct', n), 'A', n || '@example.com' FROM generate_series(0, 500) n;
INSERT INTO auth.environments (id, account_id, name, type)
    SELECT pg_temp.id('env', 2 * n + (kind = 'sandbox')::int), pg_temp.id('acct', n), 'E', kind
    FROM generate_series(0, 500) n, unnest(ARRAY['live', 'sandbox']) kind;
INSERT INTO wallet.pools (account_id, balance_type)
    SELECT pg_temp.id('acct', n), kind FROM generate_series(0, 500) n, unnest(ARRAY['live', 'sandbox']) kind;
