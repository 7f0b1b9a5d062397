package reconcile_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/services/billing/internal/reconcile"
)

type fixture struct {
	*billingtest.Env
	comparer *reconcile.Comparer
	requests *int
}

func setup(t *testing.T) fixture {
	env := billingtest.New(t)
	requests := new(int)
	throttle := func(context.Context) error { *requests++; return nil }
	return fixture{env, reconcile.New(reconcile.NewStore(env.DB), env.Stripe.Client(t), throttle), requests}
}

func (d fixture) compare(t *testing.T) reconcile.Report {
	t.Helper()
	report, err := d.comparer.Compare(t.Context(), reconcile.Scope{From: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Minute), Pools: true})
	require.NoError(t, err)
	return report
}

// buy makes a payment by Checkout and returns its id and intent.
func (d fixture) buy(t *testing.T) (paymentID, intent string) {
	t.Helper()
	session := d.OpenPayment(t, d.Account(t), "growth")
	d.Stripe.Pay(session)
	outcome, err := d.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	return outcome.Payment.ID, "pi_" + session
}

// corrupt writes with every constraint disabled, as only a superuser can.
func (d fixture) corrupt(t *testing.T, statements ...string) {
	t.Helper()
	require.NoError(t, d.Admin.Transaction(func(tx *gorm.DB) error {
		for _, statement := range append([]string{`SET LOCAL session_replication_role = replica`}, statements...) {
			if err := tx.Exec(statement).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// consistent creates payments and reversals of every kind.
func (d fixture) consistent(t *testing.T) {
	t.Helper()
	account := d.Account(t)
	d.SaveCard(t, account)
	_, err := d.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	for n, status := range []string{"succeeded", "failed", "pending"} {
		_, intent := d.buy(t)
		id := fmt.Sprint("re_sane_", n)
		d.Stripe.Refund(intent, id, 1000, "pending")
		require.NoError(t, d.Reversals.Sync(t.Context(), intent))
		d.Stripe.ChangeReversal(id, func(r billingtest.Object) { r["status"] = status })
		require.NoError(t, d.Reversals.Sync(t.Context(), intent))
	}
	for n, status := range []string{"won", "lost", "warning_closed"} {
		_, intent := d.buy(t)
		d.Stripe.Dispute(intent, fmt.Sprint("dp_sane_", n), 4000, status)
		require.NoError(t, d.Reversals.Sync(t.Context(), intent))
	}
	open := d.OpenPayment(t, account, "starter") // stays unpaid
	require.NotEmpty(t, open)
}

func TestConsistentRecordsHaveNoDifferences(t *testing.T) {
	d := setup(t)
	d.consistent(t)
	report := d.compare(t)
	require.Empty(t, report.Differences)
	require.Equal(t, []int{7, 3, 3, 7, 6}, []int{report.Intents, report.Refunds, report.Disputes, report.Payments, report.Reversals})
}

func TestEveryKindOfDifferenceIsReported(t *testing.T) {
	d := setup(t)
	d.consistent(t)
	for name, c := range map[string]struct {
		kind    string
		corrupt func(t *testing.T, payment, intent string) (named string)
	}{
		"a payment deleted": {"payment_missing", func(t *testing.T, payment, intent string) string {
			d.corrupt(t, `DELETE FROM billing.payments WHERE id = '`+payment+`'`)
			return intent
		}},
		"a payment that Stripe does not know": {"payment_unknown_to_stripe", func(t *testing.T, payment, _ string) string {
			d.corrupt(t, `UPDATE billing.payments SET stripe_payment_intent_id = 'pi_nobodys' WHERE id = '`+payment+`'`)
			return payment
		}},
		"a payment of another amount": {"payment_differs", func(t *testing.T, payment, _ string) string {
			d.corrupt(t, `UPDATE billing.payments SET amount = 4001 WHERE id = '`+payment+`'`)
			return payment
		}},
		"a credit missing": {"credit_missing", func(t *testing.T, payment, _ string) string {
			d.corrupt(t, `DELETE FROM wallet.entries WHERE transaction_id = (SELECT id FROM wallet.transactions WHERE kind = 'purchase' AND reference = '`+payment+`')`,
				`DELETE FROM wallet.transactions WHERE kind = 'purchase' AND reference = '`+payment+`'`)
			return payment
		}},
		"a credit doubled in the ledger": {"credit_doubled", func(t *testing.T, payment, _ string) string {
			d.corrupt(t, `INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, payment_id, description)
				SELECT 'txn_again', account_id, balance_type, kind, reference || ':2', amount, available_after, held_after, payment_id, description
				FROM wallet.transactions WHERE kind = 'purchase' AND reference = '`+payment+`'`,
				`INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
				SELECT 'txn_again', e.account_id, e.balance_type, e.ledger_account, e.amount FROM wallet.entries e
				JOIN wallet.transactions t ON t.id = e.transaction_id WHERE t.kind = 'purchase' AND t.reference = '`+payment+`'`,
				`UPDATE wallet.pools SET available = available + 5000 WHERE balance_type = 'live' AND account_id = (SELECT account_id FROM billing.payments WHERE id = '`+payment+`')`)
			return payment
		}},
		"a credit doubled within its movement": {"credit_differs", func(t *testing.T, payment, _ string) string {
			d.corrupt(t, `UPDATE wallet.entries SET amount = amount * 2 WHERE transaction_id = (SELECT id FROM wallet.transactions WHERE kind = 'purchase' AND reference = '`+payment+`')`)
			return payment
		}},
		"a credit doubled in the pool": {"pool_differs", func(t *testing.T, payment, _ string) string {
			d.corrupt(t, `UPDATE wallet.pools SET available = available * 2 WHERE balance_type = 'live' AND account_id = (SELECT account_id FROM billing.payments WHERE id = '`+payment+`')`)
			var account string
			require.NoError(t, d.Admin.Raw(`SELECT account_id FROM billing.payments WHERE id = ?`, payment).Scan(&account).Error)
			return account
		}},
		"a credit without a payment": {"credit_without_payment", func(t *testing.T, _, _ string) string {
			d.corrupt(t, `INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, payment_id, description)
				VALUES ('txn_forged', 'acct_x', 'live', 'purchase', 'pay_forged', 5, 5, 0, 'pay_forged', '')`)
			return "pay_forged"
		}},
		"a refund that never arrived": {"refund_missing", func(t *testing.T, _, intent string) string {
			d.Stripe.Refund(intent, "re_lost", 1000, "succeeded")
			return "re_lost"
		}},
		"a dispute that never arrived": {"dispute_missing", func(t *testing.T, _, intent string) string {
			d.Stripe.Dispute(intent, "dp_lost", 1000, "needs_response")
			return "dp_lost"
		}},
		"a refund whose failure was missed": {"refund_differs", func(t *testing.T, _, intent string) string {
			d.Stripe.Refund(intent, "re_failed", 1000, "succeeded")
			require.NoError(t, d.Reversals.Sync(t.Context(), intent))
			d.Stripe.ChangeReversal("re_failed", func(r billingtest.Object) { r["status"] = "failed" })
			return "re_failed"
		}},
		"a refund that Stripe does not know": {"refund_unknown_to_stripe", func(t *testing.T, _, intent string) string {
			d.corrupt(t, `INSERT INTO billing.reversals (id, kind, stripe_payment_intent_id, amount, currency, status, away, created_at)
				VALUES ('re_forged', 'refund', '`+intent+`', 1, 'usd', 'failed', false, now())`)
			return "re_forged"
		}},
		"a refund that did not reach the ledger": {"refund_not_applied", func(t *testing.T, _, intent string) string {
			d.Stripe.Refund(intent, "re_stuck", 1000, "succeeded")
			d.corrupt(t, `INSERT INTO billing.reversals (id, kind, stripe_payment_intent_id, amount, currency, status, away, created_at)
				VALUES ('re_stuck', 'refund', '`+intent+`', 1000, 'usd', 'succeeded', true, now())`)
			return "re_stuck"
		}},
		"a refund that waits for ever": {"refund_waits", func(t *testing.T, payment, intent string) string {
			d.Stripe.Refund(intent, "re_waits", 1000, "succeeded")
			d.corrupt(t, `DELETE FROM billing.payments WHERE id = '`+payment+`'`, `INSERT INTO billing.reversals (id, kind, stripe_payment_intent_id, amount, currency, status, away, created_at, noted_at)
				VALUES ('re_waits', 'refund', '`+intent+`', 1000, 'usd', 'succeeded', true, now(), now() - interval '2 hours')`)
			return "re_waits"
		}},
		"a movement without a refund": {"refund_without_record", func(t *testing.T, payment, _ string) string {
			require.NoError(t, d.Admin.Exec(`SELECT wallet.reverse_payment('txn_loose00000000000000000', 'refund', 're_loose', ?, 100, '')`, payment).Error)
			return "re_loose"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			payment, intent := d.buy(t)
			before := d.compare(t)
			named := c.corrupt(t, payment, intent)
			known := map[reconcile.Difference]bool{}
			for _, one := range before.Differences {
				known[one] = true
			}
			var found []string
			for _, one := range d.compare(t).Differences {
				if !known[one] {
					found = append(found, one.Kind+" "+one.ID)
					require.Contains(t, one.Text, one.ID)
				}
			}
			require.Contains(t, found, c.kind+" "+named)
		})
	}
}

func TestPaymentsAreComparedInPages(t *testing.T) {
	d := setup(t)
	for range 12 {
		d.buy(t)
	}
	_, missing := d.buy(t)
	d.Stripe.ChangeIntent(missing, func(i billingtest.Object) { i["created"] = time.Now().Add(-48 * time.Hour).Unix() })
	*d.requests = 0
	require.Empty(t, d.compare(t).Differences)
	require.Equal(t, 3+1, *d.requests, "three lists, and the payment whose intent is older than the window")
}

func TestAStripeOutageGivesNoReport(t *testing.T) {
	d := setup(t)
	d.buy(t)
	d.Stripe.Fail(503)
	_, err := d.comparer.Compare(t.Context(), reconcile.Scope{From: time.Now().Add(-time.Hour), Until: time.Now()})
	require.Error(t, err)
}

func TestOneProcessComparesPerIntervalAndRaisesAlarms(t *testing.T) {
	d := setup(t)
	payment, _ := d.buy(t)
	d.corrupt(t, `UPDATE billing.payments SET amount = 1, created_at = now() - interval '10 minutes' WHERE id = '`+payment+`'`)
	for n := range 3 {
		registry := prometheus.NewRegistry()
		job := reconcile.NewJob(d.comparer, time.Hour, 2*time.Hour, d.Alarm, registry)
		require.NoError(t, job.Round(t.Context()))
		metrics, err := registry.Gather()
		require.NoError(t, err)
		if n == 0 {
			require.EqualValues(t, 2, metrics[0].GetMetric()[0].GetGauge().GetValue(), "it differs from Stripe and from the ledger")
		}
	}
	require.Equal(t, 2, d.Log.Alarms())
	require.Contains(t, d.Log.String(), payment)
}
