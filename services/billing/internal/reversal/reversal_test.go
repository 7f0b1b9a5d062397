package reversal_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
)

// bought is a scenario whose payment is credited and partly spent.
func (d fixture) bought(t *testing.T, spent int64) *scenario {
	t.Helper()
	s := d.begin(t, testCase{spent: spent})
	s.deliver(t, -1)
	return s
}

func (s *scenario) debt(t *testing.T) int64 {
	t.Helper()
	var owed int64
	require.NoError(t, s.Admin.Raw(`SELECT owed FROM wallet.pools WHERE account_id = ? AND balance_type = 'live'`, s.account).Scan(&owed).Error)
	return owed
}

func TestTheNextPurchasePaysTheDebtFirst(t *testing.T) {
	d := setup(t)
	s := d.bought(t, 4500)
	s.Stripe.Dispute(s.intent, "dp", 4000, "needs_response")
	require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
	require.EqualValues(t, 4500, s.debt(t))
	require.Zero(t, s.LiveBalance(t, s.account))

	again := s.OpenPayment(t, s.account, "growth")
	s.Stripe.Pay(again)
	_, err := s.Settlement.SettleCheckout(t.Context(), again)
	require.NoError(t, err)
	require.Zero(t, s.debt(t))
	require.EqualValues(t, 500, s.LiveBalance(t, s.account))
	require.Equal(t, 1, s.Count(t, `wallet.transactions WHERE kind = 'adjustment' AND amount = -4500 AND description = 'Paid what was owed'`))

	s.Stripe.ChangeReversal("dp", func(r billingtest.Object) { r["status"] = "won" })
	require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
	require.EqualValues(t, 5500, s.LiveBalance(t, s.account), "everything taken is returned")
	requireConsistentLedger(t, d.Admin)
}

func TestAReversalWaitsForItsPayment(t *testing.T) {
	d := setup(t)
	for name, record := range map[string]func(t *testing.T, s *scenario){
		"the webhook": func(t *testing.T, s *scenario) { s.deliver(t, -1) },
		"a payment recorded by a process that then dies": func(t *testing.T, s *scenario) {
			other := billingtest.NewOn(t, d.Database, d.Stripe)
			other.OnPaid = func(context.Context, string) {}
			_, err := other.Settlement.SettleCheckout(t.Context(), s.session)
			require.NoError(t, err)
			require.EqualValues(t, 5000, s.LiveBalance(t, s.account))
			found, err := s.Reversals.Next(t.Context())
			require.NoError(t, err)
			require.True(t, found)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := d.begin(t, testCase{})
			s.Stripe.Refund(s.intent, "re_"+s.session, 4000, "succeeded")
			require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
			require.Equal(t, 1, s.Count(t, `billing.reversals WHERE id = ? AND payment_id IS NULL AND effect = 'none'`, "re_"+s.session))
			found, err := s.Reversals.Next(t.Context())
			require.NoError(t, err)
			require.False(t, found, "it waits")
			record(t, s)
			require.Zero(t, s.LiveBalance(t, s.account))
			require.EqualValues(t, "refunded", s.Payments(t, s.account)[0].Status)
			require.Equal(t, 1, s.Count(t, `auth.accounts WHERE id = ? AND activated_at IS NOT NULL`, s.account))
		})
	}
	requireConsistentLedger(t, d.Admin)
}

// Sync may be slow after its read of Stripe, so that what it applies is outdated.
func TestConcurrentSyncsEndInStripesState(t *testing.T) {
	d := setup(t)
	seed := uint64(time.Now().UnixNano()) // #nosec G115 -- any number will do
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1)) // #nosec G404 -- not for secrets
	for round := range 20 {
		s := d.bought(t, random.Int64N(5001))
		var syncs sync.WaitGroup
		syncMany := func() {
			for range 4 {
				syncs.Go(func() {
					if err := s.Reversals.Sync(t.Context(), s.intent); err != nil {
						t.Error(err)
					}
				})
			}
		}
		first, second := fmt.Sprint("re", round), fmt.Sprint("dp", round)
		s.Stripe.Refund(s.intent, first, 1000, "pending")
		syncMany()
		s.Stripe.Dispute(s.intent, second, 3000, "needs_response")
		syncMany()
		s.Stripe.ChangeReversal(first, func(r billingtest.Object) { r["status"] = "failed" })
		syncMany()
		s.Stripe.ChangeReversal(second, func(r billingtest.Object) { r["status"] = "lost" })
		syncMany()
		syncs.Wait()
		require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
		s.lost, s.status = 3000, "disputed"
		s.requireEnd(t)
	}
	requireConsistentLedger(t, d.Admin)
	require.Zero(t, d.Log.Alarms())
}

func TestAContradictoryReversalRaisesTheAlarm(t *testing.T) {
	d := setup(t)
	for name, change := range map[string]func(r billingtest.Object){
		"another amount":                     func(r billingtest.Object) { r["amount"] = 999 },
		"an unknown status":                  func(r billingtest.Object) { r["status"] = "prevented" },
		"another currency":                   func(r billingtest.Object) { r["currency"] = "eur" },
		"no amount, and a status with a NUL": func(r billingtest.Object) { r["amount"], r["status"] = 0, "x\x00y" },
	} {
		t.Run(name, func(t *testing.T) {
			s := d.bought(t, 0)
			id := "re_" + s.session
			s.Stripe.Refund(s.intent, id, 1000, "pending")
			require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
			before, alarms := s.State(t), s.Log.Alarms()
			s.Stripe.ChangeReversal(id, change)
			require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
			require.Equal(t, before, s.State(t))
			require.Equal(t, 1, s.Log.Alarms()-alarms)
		})
	}
	t.Run("a refund in another currency than its payment", func(t *testing.T) {
		s := d.bought(t, 0)
		s.Stripe.Refund(s.intent, "re_eur", 1000, "succeeded")
		s.Stripe.ChangeReversal("re_eur", func(r billingtest.Object) { r["currency"] = "eur" })
		alarms := s.Log.Alarms()
		require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
		require.EqualValues(t, 5000, s.LiveBalance(t, s.account))
		require.Equal(t, 1, s.Log.Alarms()-alarms)
	})
}

func TestForeignReversalsAreIgnored(t *testing.T) {
	d := setup(t)
	s := d.begin(t, testCase{})
	s.Stripe.ChangeIntent(s.intent, func(i billingtest.Object) { i["metadata"] = billingtest.Object{} })
	s.Stripe.Refund(s.intent, "re", 1, "succeeded")
	require.NoError(t, s.Reversals.SyncRefund(t.Context(), "re"))
	require.Zero(t, s.Count(t, `billing.reversals`))
	for _, err := range []error{
		s.Reversals.Sync(t.Context(), "pi_none"), s.Reversals.SyncCharge(t.Context(), "ch_none"),
		s.Reversals.SyncRefund(t.Context(), "re_none"), s.Reversals.SyncDispute(t.Context(), "dp_none"),
	} {
		require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
	}
}

func TestAnEventDuringAStripeOutageIsRedelivered(t *testing.T) {
	d := setup(t)
	s := d.bought(t, 0)
	s.Stripe.Refund(s.intent, "re", 4000, "succeeded")
	event := billingtest.Signed(billingtest.Event("evt_re", "refund.created", "refund", "re"))
	s.Stripe.Fail(503)
	_, err := s.receiver.Receive(t.Context(), event)
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	require.Zero(t, s.Count(t, `billing.stripe_events WHERE id = 'evt_re'`))
	s.Stripe.Fail(0)
	_, err = s.receiver.Receive(t.Context(), event)
	require.NoError(t, err)
	require.Zero(t, s.LiveBalance(t, s.account))
	require.Equal(t, 1, s.Count(t, `billing.stripe_events WHERE id = 'evt_re'`))
}

func TestTheDatabaseTiesReversalsToTheLedger(t *testing.T) {
	d := setup(t)
	s := d.bought(t, 0)
	s.Stripe.Refund(s.intent, "re", 1000, "succeeded")
	require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
	const broken, noRight = "SQLSTATE 23000", "SQLSTATE 42501"
	for statement, refusal := range map[string]string{
		`UPDATE billing.reversals SET effect = 'returned'`:       broken, // without the movement
		`UPDATE billing.reversals SET effect = 'none'`:           broken, // backwards
		`UPDATE billing.reversals SET payment_id = NULL`:         broken,
		`UPDATE billing.reversals SET amount = 1`:                noRight,
		`DELETE FROM billing.reversals`:                          noRight,
		`UPDATE billing.payments SET status = 'refunded'`:        noRight,
		`UPDATE wallet.pools SET available = 5000`:               noRight,
		`INSERT INTO wallet.entries (amount) VALUES (1)`:         noRight,
		`UPDATE auth.accounts SET activated_at = NULL`:           broken,
		`SELECT wallet.pay_off('txn', NULL, 'x', 1, NULL, NULL)`: noRight,
		`SELECT wallet.give_back('txn', NULL, 1, '')`:            noRight,
		`SELECT wallet.capture_part('txn', 'fax', 1)`:            noRight,
		`INSERT INTO billing.reversals (id, kind, stripe_payment_intent_id, payment_id, amount, currency, status, away, effect, created_at)
			SELECT 're_x', 'refund', stripe_payment_intent_id, id, 1, 'usd', 'succeeded', true, 'taken', now() FROM billing.payments`: broken,
	} {
		require.ErrorContains(t, s.Exec(t, "billing", statement), refusal, statement)
	}
}
