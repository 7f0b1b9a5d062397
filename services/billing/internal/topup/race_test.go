package topup_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
)

func TestTheWebhookMayPrecedeTheResponse(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	env.SaveCard(t, account)
	env.Stripe.BeforeResponse(func(intent string) {
		if err := env.Settlement.SettleIntent(t.Context(), intent); err != nil {
			t.Error(err)
		}
	})
	payment, err := env.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	require.Equal(t, 1, env.Count(t, `billing.payments WHERE id = ?`, payment.ID))
	requireOnePayment(t, env, account)
}

func TestConcurrentSettlementsOfATopUpRecordOnePayment(t *testing.T) {
	env := billingtest.New(t)
	account := loseResponse(t, env)
	age(t, env, "2 minutes")
	intent := env.Stripe.LastIntent()
	start := make(chan struct{})
	var wg sync.WaitGroup
	concurrently := func(do func() error) {
		wg.Go(func() {
			<-start
			if err := do(); err != nil {
				t.Error(err)
			}
		})
	}
	for range 8 {
		concurrently(func() error { return env.Settlement.SettleIntent(t.Context(), intent) })
		concurrently(func() error { _, err := env.TopUps.Next(t.Context()); return err })
		concurrently(func() error { _, err := env.TopUp(t, account, "starter", "key"); return err })
	}
	close(start)
	wg.Wait()
	requireOnePayment(t, env, account)
	require.Equal(t, 1, env.Count(t, `billing.outbox WHERE name = 'balance.topup'`))
}

func TestConcurrentFirstTopUpsActivateOnce(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	env.SaveCard(t, account)
	checkout := env.OpenPayment(t, account, "starter")
	env.Stripe.Pay(checkout)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := env.TopUp(t, account, "starter", ""); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Go(func() {
		if _, err := env.Settlement.SettleCheckout(t.Context(), checkout); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	require.Equal(t, 10, env.Stripe.Charges())
	require.EqualValues(t, 11_000, env.LiveBalance(t, account))
	require.Equal(t, 11, env.Count(t, `billing.payments`))
	require.Equal(t, 1, env.Count(t, `billing.payments WHERE activates`))
	require.Equal(t, 1, env.Count(t, `billing.outbox WHERE name = 'account.activated'`))
}

func TestALateFailureIsIgnoredAndALateSuccessCredited(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	card := env.SaveCard(t, account)
	_, err := env.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	paid := env.Stripe.LastIntent()
	before := env.State(t)
	env.Stripe.ChangeIntent(paid, func(intent billingtest.Object) {
		intent["status"] = "requires_payment_method"
		intent["last_payment_error"] = billingtest.Object{"type": "card_error", "code": "card_declined"}
	})
	require.NoError(t, env.Settlement.SettleIntent(t.Context(), paid))
	require.Equal(t, before, env.State(t))

	env.Stripe.Decline(card, "insufficient_funds")
	_, err = env.TopUp(t, account, "starter", "")
	refused(t, err, "insufficient_funds")
	env.Stripe.ChangeIntent(env.Stripe.LastIntent(), billingtest.Succeed)
	for range 3 {
		require.NoError(t, env.Settlement.SettleIntent(t.Context(), env.Stripe.LastIntent()))
	}
	require.EqualValues(t, 2000, env.LiveBalance(t, account))
	require.Equal(t, 2, env.Count(t, `billing.top_ups WHERE state = 'succeeded' AND decline_code IS NULL`))
	require.Zero(t, env.Log.Alarms())
}

func TestAContradictoryChargeRaisesTheAlarm(t *testing.T) {
	env := billingtest.New(t)
	account, other := env.Account(t), env.Account(t)
	env.SaveCard(t, account)
	env.SaveCard(t, other)
	set := func(name string, value any) func(billingtest.Object) {
		return func(intent billingtest.Object) { intent[name] = value }
	}
	for name, change := range map[string]func(billingtest.Object){
		"wrong livemode":              set("livemode", true),
		"a cent less":                 set("amount", 999),
		"partly received":             set("amount_received", 999),
		"nothing received":            set("amount_received", 0),
		"other currency":              set("currency", "eur"),
		"other customer":              set("customer", "cus_other"),
		"no customer":                 set("customer", nil),
		"metadata of another account": func(i billingtest.Object) { i["metadata"].(billingtest.Object)["account_id"] = other },
		"no account in the metadata":  func(i billingtest.Object) { delete(i["metadata"].(billingtest.Object), "account_id") },
	} {
		t.Run(name, func(t *testing.T) {
			env.Stripe.KeepProcessing(true)
			_, err := env.TopUp(t, account, "starter", "")
			require.Error(t, err)
			intent := env.Stripe.LastIntent()
			env.Stripe.ChangeIntent(intent, billingtest.Succeed)
			env.Stripe.ChangeIntent(intent, change)
			before, alarms := env.State(t), env.Log.Alarms()
			require.NoError(t, env.Settlement.SettleIntent(t.Context(), intent))
			require.Equal(t, before, env.State(t))
			require.Equal(t, 1, env.Log.Alarms()-alarms)
		})
	}
	require.Zero(t, env.Count(t, `billing.payments`))
}
