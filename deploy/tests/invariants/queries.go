package invariants

// invariant is one invariant. The query counts what breaks it.
type invariant struct {
	name  string
	query string
}

// sqlInvariants are those that SQL can check.
func sqlInvariants() []invariant {
	return []invariant{
		{"every ledger transaction sums to zero", `
			SELECT count(*) FROM (SELECT FROM wallet.entries GROUP BY transaction_id HAVING sum(amount) <> 0) broken`},
		{"every pool equals its entries and is not negative", `
			SELECT count(*) FROM wallet.pools p
			LEFT JOIN (SELECT account_id, balance_type,
				sum(amount) FILTER (WHERE ledger_account = 'available') AS available,
				sum(amount) FILTER (WHERE ledger_account = 'held') AS held
				FROM wallet.entries GROUP BY 1, 2) e USING (account_id, balance_type)
			WHERE p.available <> coalesce(e.available, 0) OR p.held <> coalesce(e.held, 0) OR p.available < 0 OR p.held < 0`},
		{"what an account owes is receivable, and nothing is available meanwhile", `
			SELECT count(*) FROM wallet.pools p
			WHERE p.owed <> (SELECT coalesce(-sum(amount), 0) FROM wallet.entries e
				WHERE e.account_id = p.account_id AND e.balance_type = p.balance_type AND e.ledger_account = 'receivable')
			   OR (p.owed > 0 AND p.available > 0)`},
		{"payments, refunds and disputes are in the ledger once, for their amounts", `
			SELECT count(*) FROM billing.ledger_differences('-infinity', true)`},
		{"what is held is the sum of the open holds", `
			SELECT count(*) FROM wallet.pools p
			WHERE p.held <> (SELECT coalesce(sum(amount), 0) FROM wallet.holds h
				WHERE h.account_id = p.account_id AND h.balance_type = p.balance_type AND h.state = 'open')`},
		{"every fax has exactly the hold its status asks for", `
			SELECT count(*) FROM fax.faxes f LEFT JOIN wallet.holds h ON h.reference = f.id
			WHERE f.status NOT IN ('accepting', 'abandoned') AND (h.amount IS DISTINCT FROM f.hold_amount OR h.state IS DISTINCT FROM
				CASE f.status WHEN 'delivered' THEN 'captured' WHEN 'failed' THEN 'released' WHEN 'canceled' THEN 'released' ELSE 'open' END)`},
		{"every hold that holds or has held has its fax", `
			SELECT count(*) FROM wallet.holds h WHERE h.state <> 'voided' AND NOT EXISTS (SELECT FROM fax.faxes f WHERE f.id = h.reference)`},
		{"no submission is left half accepted", `
			SELECT count(*) FROM fax.faxes WHERE status IN ('accepting', 'abandoned')`},
		{"payments less what went back equal the clearing account", `
			SELECT count(*) FROM (SELECT coalesce((SELECT sum(amount) FROM billing.payments), 0)
				- coalesce((SELECT sum(amount) FROM billing.reversals WHERE effect = 'taken'), 0)
				+ coalesce((SELECT sum(amount) FROM wallet.entries WHERE ledger_account = 'stripe_clearing'), 0) AS difference) x WHERE difference <> 0`},
		{"the credits of money that is away are taken, and no others", `
			SELECT (SELECT count(*) FROM billing.reversals WHERE away <> (effect = 'taken') AND payment_id IS NOT NULL)
			     + (SELECT count(*) FROM wallet.transactions t WHERE t.kind IN ('refund', 'dispute')
					AND NOT EXISTS (SELECT FROM billing.reversals r WHERE t.reference IN (r.id, r.id || ':returned') AND t.payment_id = r.payment_id))`},
		{"granted credits equal the purchases in the ledger", `
			SELECT count(*) FROM billing.payments p FULL JOIN (SELECT * FROM wallet.transactions WHERE kind = 'purchase') t ON t.reference = p.id
			WHERE p.credits IS DISTINCT FROM t.amount OR p.account_id IS DISTINCT FROM t.account_id`},
		{"an account is activated exactly by its first payment, in one commit", `
			SELECT count(*) FROM auth.accounts a FULL JOIN (SELECT *, xmin FROM billing.payments WHERE activates) p ON p.account_id = a.id
			LEFT JOIN wallet.transactions t ON t.kind = 'purchase' AND t.reference = p.id
			WHERE (a.activated_at IS NOT NULL OR p.id IS NOT NULL)
			  AND (a.activated_at IS DISTINCT FROM p.created_at OR t.xmin IS DISTINCT FROM p.xmin)`},
		{"no account has a payment without being activated", `
			SELECT count(*) FROM billing.payments p JOIN auth.accounts a ON a.id = p.account_id WHERE a.activated_at IS NULL`},
		{"a fax is delivered by one attempt, and only a delivered one has such an attempt", `
			SELECT count(*) FROM fax.faxes f
			WHERE (SELECT count(*) FROM fax.attempts t WHERE t.fax_id = f.id AND t.outcome = 'delivered') <> CASE f.status WHEN 'delivered' THEN 1 ELSE 0 END`},
		{"no fax is transmitted twice", `
			SELECT count(*) FROM (SELECT FROM fax.loopback_calls WHERE error_code IS NULL GROUP BY fax_id HAVING count(*) > 1) twice`},
		{"nothing personal remains of an erased fax", `
			SELECT count(*) FROM fax.faxes f WHERE f.erased_at IS NOT NULL
			  AND (num_nonnulls(f.to_number, f.csid, f.idempotency_key, f.webhook_url) > 0 OR f.tags <> '{}'
				OR EXISTS (SELECT FROM fax.tags t WHERE t.fax_id = f.id)
				OR EXISTS (SELECT FROM fax.documents d WHERE d.fax_id = f.id AND num_nonnulls(d.wrapped_key, d.sha256) > 0))`},
		{"every message of an outbox has been published", `
			SELECT (SELECT count(*) FROM auth.outbox) + (SELECT count(*) FROM billing.outbox)
			     + (SELECT count(*) FROM fax.outbox) + (SELECT count(*) FROM wallet.outbox)`},
	}
}

// unfinishedQuery counts pending work. The invariants hold only once it is zero.
const unfinishedQuery = `
	SELECT (SELECT count(*) FROM fax.faxes WHERE status NOT IN ('delivered', 'failed', 'canceled'))
	     + (SELECT count(*) FROM wallet.holds WHERE state = 'open')
	     + (SELECT count(*) FROM auth.outbox) + (SELECT count(*) FROM billing.outbox)
	     + (SELECT count(*) FROM fax.outbox) + (SELECT count(*) FROM wallet.outbox)`
