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

// bought is a story whose payment is credited and spent as its plot says.
func (d desk) bought(t *testing.T, spent int64) *story {
	t.Helper()
	s := d.begin(t, plot{spent: spent})
	s.deliver(t, -1)
	return s
}

func (s *story) owed(t *testing.T) int64 {
	t.Helper()
	var owed int64
	require.NoError(t, s.Admin.Raw(`SELECT owed FROM wallet.pools WHERE account_id = ? AND balance_type = 'live'`, s.account).Scan(&owed).Error)
	return owed
}

func TestWhatIsOwedIsPaidByTheNextPurchaseFirst(t *testing.T) {
	d := setup(t)
	s := d.bought(t, 4500)
	s.Stripe.Dispute(s.intent, "dp", 4000, "needs_response")
	require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
	require.EqualValues(t, 4500, s.owed(t))
	require.Zero(t, s.Live(t, s.account))

	again := s.OpenPayment(t, s.account, "growth")
	s.Stripe.Pay(again)
	_, err := s.Settlement.SettleCheckout(t.Context(), again)
	require.NoError(t, err)
	require.Zero(t, s.owed(t))
	require.EqualValues(t, 500, s.Live(t, s.account))
	require.Equal(t, 1, s.Count(t, `wallet.transactions WHERE kind = 'adjustment' AND amount = -4500 AND description = 'Paid what was owed'`))

	s.Stripe.ChangeReversal("dp", func(r billingtest.Object) { r["status"] = "won" })
	require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
	require.EqualValues(t, 5500, s.Live(t, s.account), "all that was taken is given back")
	requireBooks(t, d.Admin)
}

func TestWhatIsKnownBeforeThePaymentWaitsForItHoweverItIsFound(t *testing.T) {
	d := setup(t)
	for name, record := range map[string]func(t *testing.T, s *story){
		"the webhook": func(t *testing.T, s *story) { s.deliver(t, -1) },
		"a payment recorded by a process that dies then": func(t *testing.T, s *story) {
			other := billingtest.NewOn(t, d.Database, d.Stripe)
			other.OnPaid = func(context.Context, string) {}
			_, err := other.Settlement.SettleCheckout(t.Context(), s.session)
			require.NoError(t, err)
			require.EqualValues(t, 5000, s.Live(t, s.account))
			found, err := s.Reversals.Next(t.Context())
			require.NoError(t, err)
			require.True(t, found)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := d.begin(t, plot{})
			s.Stripe.Refund(s.intent, "re_"+s.session, 4000, "succeeded")
			require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
			require.Equal(t, 1, s.Count(t, `billing.reversals WHERE id = ? AND payment_id IS NULL AND effect = 'none'`, "re_"+s.session))
			found, err := s.Reversals.Next(t.Context())
			require.NoError(t, err)
			require.False(t, found, "it waits")
			record(t, s)
			require.Zero(t, s.Live(t, s.account))
			require.EqualValues(t, "refunded", s.Shown(t, s.account)[0].Status)
			require.Equal(t, 1, s.Count(t, `auth.accounts WHERE id = ? AND activated_at IS NOT NULL`, s.account))
		})
	}
	requireBooks(t, d.Admin)
}

// Follow may read Stripe and then be slow, so that what it read is long past.
func TestManyWhoFollowAtOnceWhileStripeMovesOnEndAsStripeDoes(t *testing.T) {
	d := setup(t)
	seed := uint64(time.Now().UnixNano()) // #nosec G115 -- any number will do
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1)) // #nosec G404 -- not for secrets
	for round := range 20 {
		s := d.bought(t, random.Int64N(5001))
		var moving sync.WaitGroup
		follow := func() {
			for range 4 {
				moving.Go(func() {
					if err := s.Reversals.Sync(t.Context(), s.intent); err != nil {
						t.Error(err)
					}
				})
			}
		}
		first, second := fmt.Sprint("re", round), fmt.Sprint("dp", round)
		s.Stripe.Refund(s.intent, first, 1000, "pending")
		follow()
		s.Stripe.Dispute(s.intent, second, 3000, "needs_response")
		follow()
		s.Stripe.ChangeReversal(first, func(r billingtest.Object) { r["status"] = "failed" })
		follow()
		s.Stripe.ChangeReversal(second, func(r billingtest.Object) { r["status"] = "lost" })
		follow()
		moving.Wait()
		require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
		s.lost, s.status = 3000, "disputed"
		s.requireEnd(t)
	}
	requireBooks(t, d.Admin)
	require.Zero(t, d.Log.Alarms())
}

func TestWhatDoesNotFitChangesNothingAndRingsTheAlarm(t *testing.T) {
	d := setup(t)
	for name, change := range map[string]func(r billingtest.Object){
		"other money than before":          func(r billingtest.Object) { r["amount"] = 999 },
		"a word that Stripe did not have":  func(r billingtest.Object) { r["status"] = "prevented" },
		"another currency than it was":     func(r billingtest.Object) { r["currency"] = "eur" },
		"no money, and a word with a null": func(r billingtest.Object) { r["amount"], r["status"] = 0, "x\x00y" },
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
	t.Run("a refund in a currency that the payment is not in", func(t *testing.T) {
		s := d.bought(t, 0)
		s.Stripe.Refund(s.intent, "re_eur", 1000, "succeeded")
		s.Stripe.ChangeReversal("re_eur", func(r billingtest.Object) { r["currency"] = "eur" })
		alarms := s.Log.Alarms()
		require.NoError(t, s.Reversals.Sync(t.Context(), s.intent))
		require.EqualValues(t, 5000, s.Live(t, s.account))
		require.Equal(t, 1, s.Log.Alarms()-alarms)
	})
}

func TestWhatIsNotOursIsLeftAlone(t *testing.T) {
	d := setup(t)
	s := d.begin(t, plot{})
	s.Stripe.ChangeIntent(s.intent, func(i billingtest.Object) { i["metadata"] = billingtest.Object{} })
	s.Stripe.Refund(s.intent, "re", 1, "succeeded")
	require.NoError(t, s.Reversals.SyncRefund(t.Context(), "re"))
	require.Zero(t, s.Count(t, `billing.reversals`))
	for _, follow := range []error{
		s.Reversals.Sync(t.Context(), "pi_none"), s.Reversals.SyncCharge(t.Context(), "ch_none"),
		s.Reversals.SyncRefund(t.Context(), "re_none"), s.Reversals.SyncDispute(t.Context(), "dp_none"),
	} {
		require.True(t, apierror.Has(follow, apierror.NotFound), "%v", follow)
	}
}

func TestWhenStripeFailsTheEventComesAgain(t *testing.T) {
	d := setup(t)
	s := d.bought(t, 0)
	s.Stripe.Refund(s.intent, "re", 4000, "succeeded")
	event := billingtest.Signed(billingtest.Event("evt_re", "refund.created", "refund", "re"))
	s.Stripe.Fail(503)
	_, err := s.door.Receive(t.Context(), event)
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	require.Zero(t, s.Count(t, `billing.stripe_events WHERE id = 'evt_re'`))
	s.Stripe.Fail(0)
	_, err = s.door.Receive(t.Context(), event)
	require.NoError(t, err)
	require.Zero(t, s.Live(t, s.account))
	require.Equal(t, 1, s.Count(t, `billing.stripe_events WHERE id = 'evt_re'`))
}

func TestTheDatabaseHoldsReversalsToTheLedger(t *testing.T) {
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
		require.ErrorContains(t, s.Script(t, "billing", statement), refusal, statement)
	}
}
