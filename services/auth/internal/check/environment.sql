-- An environment of an account, with the columns of the verdict.
SELECT a.activated_at, e.id, e.name, e.type, e.account_id, e.created_at
FROM auth.accounts a JOIN auth.environments e ON e.account_id = a.id
WHERE a.id = $1 AND e.id = $2
