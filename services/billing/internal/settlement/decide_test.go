package settlement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/contract"
)

// A session that is as it should be, but for one thing.
func TestAPaymentThatIsNotAllRightChangesNothing(t *testing.T) {
	w := billingtest.New(t)
	other := w.Account(t)
	otherSession := w.OpenPayment(t, other, "starter")
	set := func(name string, value any) func(billingtest.Object) {
		return func(session billingtest.Object) { session[name] = value }
	}
	copyOf := func(names ...string) func(billingtest.Object) {
		return func(session billingtest.Object) {
			for _, name := range names {
				session[name] = w.Stripe.Peek(otherSession)[name]
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(billingtest.Object)
		alarms int
	}{
		{"unpaid", set("payment_status", "unpaid"), 0},
		{"processing", func(s billingtest.Object) {
			s["payment_status"] = "unpaid"
			s["payment_intent"] = billingtest.Object{"id": "pi_x", "status": "processing"}
		}, 0},
		{"still open", set("status", "open"), 0},
		{"no payment required", set("payment_status", "no_payment_required"), 1},
		{"no payment status", set("payment_status", ""), 1},
		{"unknown status", set("status", "finished"), 1},
		{"setup mode", set("mode", "setup"), 1},
		{"subscription mode", set("mode", "subscription"), 1},
		{"wrong livemode", set("livemode", true), 1},
		{"a cent less", set("amount_total", 999), 1},
		{"a cent more", set("amount_total", 1001), 1},
		{"free", set("amount_total", 0), 1},
		{"other currency", set("currency", "eur"), 1},
		{"other customer", set("customer", "cus_other"), 1},
		{"customer of another account", copyOf("customer"), 1},
		{"no customer", set("customer", nil), 1},
		{"forged client reference", set("client_reference_id", "chk_other"), 1},
		{"reference of another account", copyOf("client_reference_id"), 1},
		{"forged account", func(s billingtest.Object) {
			s["metadata"] = billingtest.Object{"account_id": other, "checkout_id": s["client_reference_id"]}
		}, 1},
		{"forged checkout", func(s billingtest.Object) {
			metadata, _ := s["metadata"].(billingtest.Object)
			s["metadata"] = billingtest.Object{"account_id": metadata["account_id"], "checkout_id": "chk_other"}
		}, 1},
		{"no metadata", set("metadata", nil), 1},
		{"another account's session", copyOf("id", "customer", "client_reference_id", "metadata"), 1},
		{"no payment intent", set("payment_intent", nil), 1},
		{"payment intent canceled", set("payment_intent", billingtest.Object{"id": "pi_x", "status": "canceled"}), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			session := w.OpenPayment(t, w.Account(t), "starter")
			w.Stripe.Pay(session)
			w.Stripe.Change(session, c.change)
			before, alarms := w.State(t), w.Log.Alarms()
			outcome, err := w.Settlement.SettleCheckout(t.Context(), session)
			require.NoError(t, err)
			require.Equal(t, contract.CheckoutOpen, outcome.State)
			require.Nil(t, outcome.Payment)
			require.Equal(t, before, w.State(t))
			require.Equal(t, c.alarms, w.Log.Alarms()-alarms)
		})
	}
}

func TestAPaymentThatBecomesRightIsFulfilled(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	session := w.OpenPayment(t, account, "starter")
	outcome, err := w.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutOpen, outcome.State)
	w.Stripe.Pay(session)
	outcome, err = w.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutComplete, outcome.State)
	require.EqualValues(t, 1000, w.Live(t, account))
}

func TestAnExpiredSessionEndsItsCheckout(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	for _, session := range []string{w.OpenPayment(t, account, "starter"), w.OpenSetup(t, account)} {
		w.Stripe.Change(session, func(s billingtest.Object) { s["status"] = "expired" })
		outcome, err := w.Settlement.SettleCheckout(t.Context(), session)
		require.NoError(t, err)
		require.Equal(t, contract.CheckoutExpired, outcome.State)
		w.Stripe.Pay(session) // what Stripe never does; our row has ended all the same
		outcome, err = w.Settlement.SettleCheckout(t.Context(), session)
		require.NoError(t, err)
		require.Equal(t, contract.CheckoutExpired, outcome.State)
	}
	require.Zero(t, w.Count(t, `billing.payments`))
	require.Zero(t, w.Live(t, account))
	require.Zero(t, w.Log.Alarms())
}

func TestASetupIsNeverFulfilledByAPayment(t *testing.T) {
	w := billingtest.New(t)
	session := w.OpenSetup(t, w.Account(t))
	w.Stripe.Change(session, func(s billingtest.Object) { s["mode"], s["amount_total"], s["currency"] = "payment", 1000, "usd" })
	w.Stripe.Pay(session)
	before := w.State(t)
	outcome, err := w.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutOpen, outcome.State)
	require.Equal(t, before, w.State(t))
	require.Equal(t, 1, w.Log.Alarms())
}

func TestASetupWithoutACardChangesNothing(t *testing.T) {
	w := billingtest.New(t)
	session := w.OpenSetup(t, w.Account(t))
	w.Stripe.Pay(session)
	w.Stripe.Change(session, func(s billingtest.Object) {
		s["setup_intent"] = billingtest.Object{"id": "seti_x", "status": "requires_payment_method"}
	})
	before := w.State(t)
	_, err := w.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, before, w.State(t))
	require.Equal(t, 1, w.Log.Alarms())
}

func TestASessionThatStripeDoesNotKnowRingsTheAlarm(t *testing.T) {
	w := billingtest.New(t)
	session := w.OpenPayment(t, w.Account(t), "starter")
	w.Stripe.Forget(session)
	before := w.State(t)
	outcome, err := w.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutOpen, outcome.State)
	require.Equal(t, before, w.State(t))
	require.Equal(t, 1, w.Log.Alarms())
	require.Contains(t, w.Log.String(), session)
}
