-- What has ended or waits: {{rows}} keys of the large account that no longer work beside ten that do, codes of a day,
-- browsers, handled messages, and an outbox that the broker has not taken.
INSERT INTO auth.keys (id, account_id, kind, environment_id, name, digest, last4, created_at, expires_at, revoked_at)
    SELECT pg_temp.id('key', n), pg_temp.id('acct', 0), 'live', pg_temp.id('env', 0), 'K', sha256(n::text::bytea), 'abcd', at,
        CASE WHEN n > 10 AND n % 2 = 0 THEN at + interval '1 hour' END, CASE WHEN n > 10 AND n % 2 = 1 THEN at END
    FROM (SELECT n, now() - n * interval '1 minute' - interval '2 hours' AS at FROM generate_series(1, {{rows}} + 10) n) made;
INSERT INTO auth.keys (id, account_id, kind, environment_id, name, digest, last4)
    SELECT pg_temp.id('small', n), pg_temp.id('acct', n), 'live', pg_temp.id('env', 2 * n), 'K', sha256(n::text::bytea || 's'), 'abcd'
    FROM generate_series(1, 500) n;
INSERT INTO auth.email_codes (email, address, purpose, name, seed, asker, network, known, created_at, expires_at)
    SELECT n || '@example.org', n || '@example.org', 'register', 'N', decode(md5(n::text), 'hex'), sha256(n::text::bytea), sha256('n'), false,
        now() - n % 1400 * interval '1 minute', now() FROM generate_series(1, {{rows}}) n;
INSERT INTO auth.known_browsers (email, browser, known_at)
    SELECT n || '@example.com', sha256(n::text::bytea), now() FROM generate_series(1, {{rows}}) n;
INSERT INTO auth.inbox (message_id, handled_at) SELECT 'evt_' || n, now() FROM generate_series(1, {{rows}}) n;
INSERT INTO auth.outbox (message_id, kind, name, body)
    SELECT 'out_' || n, 'event', 'account.registered', '{}' FROM generate_series(1, {{rows}}) n;

VACUUM ANALYZE auth.accounts, auth.environments, auth.keys, auth.email_codes, auth.known_browsers, auth.inbox, auth.outbox;
