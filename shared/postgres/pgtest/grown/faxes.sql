-- {{rows}} faxes of the large account in 90 days, a tenth as many of the others, and what belongs to them. Statuses, numbers
-- and tags are from very common to absent. Nothing is due to be erased, although the large account keeps its faxes long.
CREATE TEMP TABLE made AS
    SELECT n, pg_temp.id('fax', n) AS id, CASE WHEN n <= {{rows}} THEN 0 ELSE 1 + n % 500 END AS account,
        now() - interval '90 days' * (1 - (CASE WHEN n <= {{rows}} THEN n ELSE (n - {{rows}}) * 10 END)::float8 / ({{rows}} + 1)) AS at,
        CASE WHEN n BETWEEN {{rows}} - 20000 AND {{rows}} AND n % 5 = 0 THEN 'queued' WHEN n = {{rows}} - 1 THEN 'in_progress'
            WHEN n % 20 = 7 THEN 'failed' WHEN n % 50 = 11 THEN 'canceled' ELSE 'delivered' END AS status,
        CASE WHEN n % 3 = 0 THEN '+12125551234' ELSE '+1212' || (1000000 + n % 20000) END AS number
    FROM generate_series(1, {{rows}} + {{rows}} / 10) n;

INSERT INTO fax.settings (account_id, retention_days, zero_footprint) VALUES (pg_temp.id('acct', 0), 365, false);

INSERT INTO fax.faxes (id, account_id, environment_id, environment_type, status, to_number, pages, rate, hold_amount, carrier, max_attempts,
        attempts_made, next_attempt_at, given_at, tags, error_code, created_at, updated_at, submitted_at, completed_at, erased_at)
    SELECT id, pg_temp.id('acct', account), pg_temp.id('env', 2 * account), 'live', status,
        CASE WHEN account = 0 OR at > now() - interval '29 days' THEN number END, 1, 2, 2, 'loopback', 3,
        CASE WHEN status IN ('queued', 'canceled') THEN 0 ELSE 1 END, CASE WHEN status = 'queued' THEN now() END, CASE WHEN status = 'queued' THEN now() END,
        CASE WHEN account <> 0 THEN '{}'
            WHEN n % 2 = 0 THEN jsonb_build_object('team', substr('abcd', 1 + (n / 2 % 4)::int, 1), 'case', n::text,
                'site', CASE WHEN n % 8 = 0 AND n % 800 <> 0 THEN 'north' ELSE 'south' END)
            WHEN n % 4 = 1 THEN '{"ward": "x"}' ELSE '{}' END,
        CASE WHEN status <> 'failed' THEN NULL WHEN n % 50000 = 7 THEN 'not_a_fax' WHEN n % 3 = 0 THEN 'no_answer' ELSE 'busy' END,
        at, at, at, CASE WHEN status IN ('delivered', 'failed', 'canceled') THEN at + interval '20 seconds' END,
        CASE WHEN account <> 0 AND at <= now() - interval '29 days' THEN now() END
    FROM made ORDER BY at;

INSERT INTO fax.attempts (id, fax_id, number, carrier, outcome, started_at, completed_at, given_at, error_code)
    SELECT pg_temp.id('att', n), id, 1, 'loopback', CASE status WHEN 'delivered' THEN 'delivered' WHEN 'failed' THEN 'failed' END,
        at, CASE WHEN status <> 'in_progress' THEN at END, CASE WHEN status = 'in_progress' THEN now() END,
        CASE status WHEN 'failed' THEN 'busy' END
    FROM made WHERE status IN ('delivered', 'failed', 'in_progress');
INSERT INTO fax.documents (id, fax_id, position, content_type, size, sha256, pages, wrapped_key)
    SELECT pg_temp.id('doc', n), id, 0, 'image/tiff', 1, '\x00', 1, '\x00' FROM made WHERE account = 0 OR at > now() - interval '29 days';
INSERT INTO fax.idempotency_keys (environment_id, key, fingerprint, fax_id, created_at)
    SELECT pg_temp.id('env', 2 * account), n::text, '\x00', id, now() FROM made WHERE n % 10 = 0;

-- What triggers keep; they are off.
INSERT INTO fax.tags (environment_id, key, value, fate, created_at, fax_id, to_number, error_code)
    SELECT f.environment_id, tag.key, tag.value, fax.fate(f.status), f.created_at, f.id, f.to_number, f.error_code
    FROM fax.faxes f CROSS JOIN LATERAL jsonb_each_text(f.tags) tag;
INSERT INTO fax.tallies (environment_id, hour, status, slot, faxes)
    SELECT f.environment_id, date_trunc('hour', f.created_at, 'UTC'), f.status, 0, count(*)
    FROM fax.faxes f WHERE f.completed_at IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 2;
INSERT INTO fax.retention (account_id, look_at) SELECT DISTINCT f.account_id, now() + interval '10 days' FROM fax.faxes f;

VACUUM ANALYZE fax.faxes, fax.attempts, fax.documents, fax.idempotency_keys, fax.tags, fax.tallies, fax.retention;
