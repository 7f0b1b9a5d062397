package load

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Verify returns what was promised and is not so, a line each. Things must be quiet: it does not wait.
func (t *Traffic) Verify(ctx context.Context, db *pgxpool.Pool) ([]string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	broken := slices.Clone(t.unexpectedAnswers)
	if t.overflow > 0 {
		broken = append(broken, fmt.Sprintf("and %d more of these", t.overflow))
	}
	faxes, err := t.verifyFaxes(ctx, db)
	if err != nil {
		return nil, err
	}
	purchases, err := t.verifyPurchases(ctx, db)
	return append(append(broken, faxes...), purchases...), err
}

// verifyFaxes holds that each accepted fax was delivered, and that no request made a second one.
func (t *Traffic) verifyFaxes(ctx context.Context, db *pgxpool.Pool) ([]string, error) {
	var keys, faxes []string
	for key, fax := range t.keys {
		keys = append(keys, key)
		if fax != "" {
			faxes = append(faxes, fax)
		}
	}
	var broken []string
	for _, rule := range []struct {
		name, query string
		args        []any
	}{
		{"accepted faxes that were not delivered", `
			SELECT count(*) FROM unnest($1::text[]) AS promised(id) LEFT JOIN fax.faxes f USING (id)
			WHERE f.status IS DISTINCT FROM 'delivered'`, []any{faxes}},
		{"requests that made more than one fax", `
			SELECT count(*) FROM (SELECT FROM fax.faxes WHERE idempotency_key = ANY ($1) GROUP BY idempotency_key HAVING count(*) > 1) twice`, []any{keys}},
		{"faxes that were answered with another fax's id", `
			SELECT count(*) FROM fax.faxes WHERE idempotency_key = ANY ($1) AND NOT id = ANY ($2)
				AND idempotency_key = ANY ($3)`, []any{keys, faxes, t.answered()}},
		{"calls for one fax that went through, beyond the first", `
			SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM fax.loopback_calls WHERE error_code IS NULL GROUP BY fax_id) calls`, nil},
	} {
		var n int
		if err := db.QueryRow(ctx, rule.query, rule.args...).Scan(&n); err != nil {
			return nil, fmt.Errorf("%s: %w", rule.name, err)
		}
		if n != 0 {
			broken = append(broken, fmt.Sprintf("%s: %d", rule.name, n))
		}
	}
	return broken, nil
}

// answered are the idempotency keys that got a fax.
func (t *Traffic) answered() []string {
	var keys []string
	for key, fax := range t.keys {
		if fax != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// verifyPurchases checks that each customer who paid has the credits once, and live access.
func (t *Traffic) verifyPurchases(ctx context.Context, db *pgxpool.Pool) ([]string, error) {
	var n int
	err := db.QueryRow(ctx, `
		SELECT count(*) FROM unnest($1::text[]) AS paid(id)
		LEFT JOIN auth.accounts a USING (id) LEFT JOIN wallet.pools p ON p.account_id = paid.id AND p.balance_type = 'live'
		WHERE a.activated_at IS NULL OR p.available <> 1000
		   OR (SELECT count(*) FROM billing.payments WHERE account_id = paid.id AND activates) <> 1`, t.buyers).Scan(&n)
	if err != nil {
		return nil, fmt.Errorf("look at the purchases: %w", err)
	}
	if n != 0 {
		return []string{fmt.Sprintf("customers who paid and have not exactly what they paid for: %d of %d", n, len(t.buyers))}, nil
	}
	return nil, nil
}
