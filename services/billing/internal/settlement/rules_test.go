package settlement_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
)

const (
	noRight = "(SQLSTATE 42501)"
	broken  = "(SQLSTATE 23000)"
	foreign = "(SQLSTATE 23503)"
	check   = "(SQLSTATE 23514)"
)

const insertPayment = `INSERT INTO billing.payments (id, account_id, checkout_id, stripe_payment_intent_id, package_id, amount, credits, currency, livemode, status, activates)
	SELECT 'pay_x', account_id, id, 'pi_x', package_id, amount, credits, currency, livemode, 'succeeded', true FROM billing.checkouts WHERE state = 'open'; `

const (
	insertTopUp        = `INSERT INTO billing.top_ups (id, account_id, package_id, amount, credits, currency, livemode, stripe_customer_id, payment_method_id, idempotency_key, state, stripe_payment_intent_id, settled_at) SELECT 'top_x', account_id, package_id, amount, credits, currency, livemode, 'cus_x', 'pm_x', 'key_x', 'succeeded', 'pi_x', now() FROM billing.checkouts WHERE state = 'open'; `
	insertTopUpPayment = `INSERT INTO billing.payments (id, account_id, top_up_id, stripe_payment_intent_id, package_id, amount, credits, currency, livemode, status, activates) SELECT 'pay_x', account_id, id, 'pi_x', package_id, amount, credits, currency, livemode, 'succeeded', true FROM billing.top_ups WHERE id = 'top_x'; `
)

// What a program with billing's database role could attempt.
func TestTheDatabaseEnforcesTheActivationRuleAgainstBilling(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	session := env.OpenPayment(t, account, "starter")
	env.OpenSetup(t, account)
	require.NoError(t, env.Admin.Exec(`UPDATE billing.checkouts SET state = 'expired' WHERE mode = 'setup'`).Error)
	credit := `SELECT wallet.purchase('txn_x', 'pay_x', '` + account + `', 1000, 1000, ''); `
	activate := `UPDATE auth.accounts SET activated_at = now() WHERE id = '` + account + `'; `
	for name, c := range map[string]struct{ statements, refusal string }{
		"a payment alone":                  {insertPayment, broken},
		"a payment without credit":         {insertPayment + activate, broken},
		"a payment without activation":     {insertPayment + credit, broken},
		"activation alone":                 {activate, broken},
		"activation with credit alone":     {credit + activate, broken},
		"credit alone":                     {credit, broken},
		"credit of another amount":         {insertPayment + `SELECT wallet.purchase('txn_x', 'pay_x', '` + account + `', 1000, 9000, ''); ` + activate, broken},
		"money of another amount":          {insertPayment + `SELECT wallet.purchase('txn_x', 'pay_x', '` + account + `', 1, 1000, ''); ` + activate, broken},
		"activation at another time":       {insertPayment + credit + `UPDATE auth.accounts SET activated_at = now() - interval '1 day' WHERE id = '` + account + `'`, broken},
		"a payment on other terms":         {`INSERT INTO billing.payments (id, account_id, checkout_id, stripe_payment_intent_id, package_id, amount, credits, currency, livemode, status, activates) SELECT 'pay_x', account_id, id, 'pi_x', package_id, amount, 9000, currency, livemode, 'succeeded', true FROM billing.checkouts WHERE state = 'open'`, foreign},
		"a payment for a setup":            {`INSERT INTO billing.payments (id, account_id, checkout_id, stripe_payment_intent_id, package_id, amount, credits, currency, livemode, status, activates) SELECT 'pay_x', account_id, id, 'pi_x', 'starter', 1000, 1000, 'USD', livemode, 'succeeded', true FROM billing.checkouts WHERE mode = 'setup'`, foreign},
		"a top-up alone":                   {insertTopUp, broken},
		"a payment for a top-up alone":     {insertTopUp + insertTopUpPayment, broken},
		"a top-up without activation":      {insertTopUp + insertTopUpPayment + credit, broken},
		"a top-up of another charge":       {insertTopUp + insertTopUpPayment + `UPDATE billing.top_ups SET stripe_payment_intent_id = 'pi_y'; ` + credit + activate, broken},
		"a payment for a pending top-up":   {strings.Replace(insertTopUp, "'succeeded', 'pi_x', now()", "'pending', 'pi_x', NULL", 1) + insertTopUpPayment + credit + activate, broken},
		"a top-up on other terms":          {insertTopUp + strings.Replace(insertTopUpPayment, "amount, credits, currency, livemode, 'succ", "amount, 9000, currency, livemode, 'succ", 1), foreign},
		"a payment for nothing":            {`INSERT INTO billing.payments (id, account_id, stripe_payment_intent_id, package_id, amount, credits, currency, livemode, status, activates) VALUES ('pay_x', '` + account + `', 'pi_x', 'starter', 1000, 1000, 'USD', false, 'succeeded', true); ` + credit + activate, check},
		"a payment for two things":         {insertTopUp + strings.Replace(strings.Replace(insertTopUpPayment, "top_up_id,", "top_up_id, checkout_id,", 1), "id, 'pi_x'", "id, (SELECT id FROM billing.checkouts WHERE state = 'open'), 'pi_x'", 1), check},
		"a ledger entry by hand":           {`INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, description) VALUES ('txn_x', '` + account + `', 'live', 'purchase', 'pay_x', 1000, 1000, 0, '')`, noRight},
		"credits by hand":                  {`UPDATE wallet.pools SET available = 1000`, noRight},
		"reading the e-mails of customers": {`SELECT email FROM auth.accounts`, noRight},
	} {
		t.Run(name, func(t *testing.T) {
			before := env.State(t)
			require.ErrorContains(t, env.Exec(t, "billing", c.statements), c.refusal)
			require.Equal(t, before, env.State(t))
		})
	}

	env.Stripe.Pay(session)
	_, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	_, err = env.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	for name, c := range map[string]struct{ statement, refusal string }{
		"clearing":              {`UPDATE auth.accounts SET activated_at = NULL`, broken},
		"changing":              {`UPDATE auth.accounts SET activated_at = now()`, broken},
		"changing a payment":    {`UPDATE billing.payments SET amount = 1`, noRight},
		"deleting a payment":    {`DELETE FROM billing.payments`, noRight},
		"changing a top-up":     {`UPDATE billing.top_ups SET state = 'declined', decline_code = 'x'`, broken},
		"a top-up's terms":      {`UPDATE billing.top_ups SET amount = 1`, noRight},
		"deleting a top-up":     {`DELETE FROM billing.top_ups`, noRight},
		"changing its checkout": {`UPDATE billing.checkouts SET amount = 1 WHERE state = 'complete'`, foreign},
	} {
		t.Run(name, func(t *testing.T) {
			before := env.State(t)
			require.ErrorContains(t, env.Exec(t, "billing", c.statement), c.refusal)
			require.Equal(t, before, env.State(t))
		})
	}
}

func TestNoOtherRoleWritesActivatedAtOrPayments(t *testing.T) {
	env := billingtest.New(t)
	env.OpenPayment(t, env.Account(t), "starter")
	for _, service := range []string{"auth", "wallet", "fax_dispatch"} {
		for _, statement := range []string{
			`UPDATE auth.accounts SET activated_at = now()`,
			`UPDATE auth.accounts SET activated_at = NULL`,
			`INSERT INTO auth.accounts (id, name, email, activated_at) VALUES ('acct_x', 'A', 'x@example.com', now())`,
			insertPayment,
			`SELECT wallet.purchase('txn_x', 'pay_x', 'acct_x', 1, 1, '')`,
		} {
			require.ErrorContains(t, env.Exec(t, service, statement), noRight, "%s: %s", service, statement)
		}
	}
}
