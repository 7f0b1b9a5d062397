package topup_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
)

func TestTheWebhookMayComeBeforeTheAnswer(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	w.SaveCard(t, account)
	w.Stripe.BeforeAnswer(func(intent string) {
		if err := w.Settlement.SettleIntent(t.Context(), intent); err != nil {
			t.Error(err)
		}
	})
	payment, err := w.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	require.Equal(t, 1, w.Count(t, `billing.payments WHERE id = ?`, payment.ID))
	requireOnePayment(t, w, account)
}

func TestAllWhoSettleATopUpAtOnceMakeOnePayment(t *testing.T) {
	w := billingtest.New(t)
	account := lose(t, w)
	age(t, w, "2 minutes")
	intent := w.Stripe.LastIntent()
	start := make(chan struct{})
	var wg sync.WaitGroup
	together := func(do func() error) {
		wg.Go(func() {
			<-start
			if err := do(); err != nil {
				t.Error(err)
			}
		})
	}
	for range 8 {
		together(func() error { return w.Settlement.SettleIntent(t.Context(), intent) })
		together(func() error { _, err := w.TopUps.Next(t.Context()); return err })
		together(func() error { _, err := w.TopUp(t, account, "starter", "key"); return err })
	}
	close(start)
	wg.Wait()
	requireOnePayment(t, w, account)
	require.Equal(t, 1, w.Count(t, `billing.outbox WHERE name = 'balance.topup'`))
}

func TestFirstTopUpsAtOnceActivateOnceAndAreAllCredited(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	w.SaveCard(t, account)
	checkout := w.OpenPayment(t, account, "starter")
	w.Stripe.Pay(checkout)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := w.TopUp(t, account, "starter", ""); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Go(func() {
		if _, err := w.Settlement.SettleCheckout(t.Context(), checkout); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	require.Equal(t, 10, w.Stripe.Charged())
	require.EqualValues(t, 11_000, w.Live(t, account))
	require.Equal(t, 11, w.Count(t, `billing.payments`))
	require.Equal(t, 1, w.Count(t, `billing.payments WHERE activates`))
	require.Equal(t, 1, w.Count(t, `billing.outbox WHERE name = 'account.activated'`))
}

func TestALateFailureReopensNothingAndALateSuccessIsCredited(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	card := w.SaveCard(t, account)
	_, err := w.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	paid := w.Stripe.LastIntent()
	before := w.State(t)
	w.Stripe.ChangeIntent(paid, func(intent billingtest.Object) {
		intent["status"] = "requires_payment_method"
		intent["last_payment_error"] = billingtest.Object{"type": "card_error", "code": "card_declined"}
	})
	require.NoError(t, w.Settlement.SettleIntent(t.Context(), paid))
	require.Equal(t, before, w.State(t))

	w.Stripe.Decline(card, "insufficient_funds")
	_, err = w.TopUp(t, account, "starter", "")
	refused(t, err, "insufficient_funds")
	w.Stripe.ChangeIntent(w.Stripe.LastIntent(), billingtest.Succeed)
	for range 3 {
		require.NoError(t, w.Settlement.SettleIntent(t.Context(), w.Stripe.LastIntent()))
	}
	require.EqualValues(t, 2000, w.Live(t, account))
	require.Equal(t, 2, w.Count(t, `billing.top_ups WHERE state = 'succeeded' AND decline_code IS NULL`))
	require.Zero(t, w.Log.Alarms())
}

func TestAChargeThatIsNotAllRightChangesNothingAndRingsTheAlarm(t *testing.T) {
	w := billingtest.New(t)
	account, other := w.Account(t), w.Account(t)
	w.SaveCard(t, account)
	w.SaveCard(t, other)
	set := func(name string, value any) func(billingtest.Object) {
		return func(intent billingtest.Object) { intent[name] = value }
	}
	for name, change := range map[string]func(billingtest.Object){
		"wrong livemode":       set("livemode", true),
		"a cent less":          set("amount", 999),
		"not all of it":        set("amount_received", 999),
		"nothing of it":        set("amount_received", 0),
		"other currency":       set("currency", "eur"),
		"other customer":       set("customer", "cus_other"),
		"no customer":          set("customer", nil),
		"another account's":    func(i billingtest.Object) { i["metadata"].(billingtest.Object)["account_id"] = other },
		"nobody's, it is said": func(i billingtest.Object) { delete(i["metadata"].(billingtest.Object), "account_id") },
	} {
		t.Run(name, func(t *testing.T) {
			w.Stripe.Stall(true)
			_, err := w.TopUp(t, account, "starter", "")
			require.Error(t, err)
			intent := w.Stripe.LastIntent()
			w.Stripe.ChangeIntent(intent, billingtest.Succeed)
			w.Stripe.ChangeIntent(intent, change)
			before, alarms := w.State(t), w.Log.Alarms()
			require.NoError(t, w.Settlement.SettleIntent(t.Context(), intent))
			require.Equal(t, before, w.State(t))
			require.Equal(t, 1, w.Log.Alarms()-alarms)
		})
	}
	require.Zero(t, w.Count(t, `billing.payments`))
}
