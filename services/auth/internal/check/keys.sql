-- The keys of a batch that are neither revoked nor expired, with the columns of the verdict.
SELECT k.digest, k.id, k.kind, k.account_id, a.activated_at, e.id, e.name, e.type, e.created_at
FROM auth.keys k
JOIN auth.accounts a ON a.id = k.account_id
LEFT JOIN auth.environments e ON e.id = k.environment_id
WHERE k.digest = ANY($1) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
