package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

// buy records a payment as billing does, in one transaction.
func (b bench) buy(payment string, cents, credits int64) error {
	checkout := ids.New(ids.Checkout)
	return postgres.InTx(b.ctx, b.admin, func(tx *gorm.DB) error {
		if err := tx.Exec(`SELECT FROM auth.accounts WHERE id = ? FOR NO KEY UPDATE`, b.account).Error; err != nil {
			return err
		}
		terms := []any{b.account, cents, credits}
		for _, step := range []struct {
			statement string
			args      []any
		}{
			{`INSERT INTO billing.checkouts (id, account_id, mode, package_id, amount, credits, currency, livemode, stripe_session_id, state)
				VALUES (?, ?, 'payment', 'p', ?, ?, 'usd', false, ?, 'complete')`, append(append([]any{checkout}, terms...), checkout)},
			{
				`INSERT INTO billing.payments (id, checkout_id, stripe_payment_intent_id, account_id, package_id, amount, credits, currency, livemode, status, activates)
				SELECT ?, ?, ?, ?, 'p', ?, ?, 'usd', false, 'succeeded', activated_at IS NULL FROM auth.accounts WHERE id = ?`,
				append(append([]any{payment, checkout, payment}, terms...), b.account),
			},
			{`UPDATE auth.accounts SET activated_at = now() WHERE id = ? AND activated_at IS NULL`, []any{b.account}},
		} {
			if err := tx.Exec(step.statement, step.args...).Error; err != nil {
				return err
			}
		}
		_, err := ledger.RecordPurchase(b.ctx, tx, ledger.Purchase{
			PaymentID: payment, AccountID: b.account, Paid: cents, Credits: credits, Description: "Credit package p",
		})
		return err
	})
}

func (b bench) mustBuy(t *testing.T, cents, credits int64) string {
	t.Helper()
	payment := ids.New(ids.Payment)
	require.NoError(t, b.buy(payment, cents, credits))
	return payment
}

// live returns the live pool and what the account owes.
type live struct{ Available, Held, Owed int64 }

func (b bench) live(t *testing.T) live {
	t.Helper()
	var pool live
	require.NoError(t, b.admin.Raw(`SELECT available, held, owed FROM wallet.pools WHERE account_id = ? AND balance_type = 'live'`, b.account).Scan(&pool).Error)
	return pool
}
