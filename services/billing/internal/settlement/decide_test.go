package settlement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/contract"
)

// Each case is a valid paid session with one change.
func TestAContradictorySessionChangesNothing(t *testing.T) {
	env := billingtest.New(t)
	other := env.Account(t)
	otherSession := env.OpenPayment(t, other, "starter")
	set := func(name string, value any) func(billingtest.Object) {
		return func(session billingtest.Object) { session[name] = value }
	}
	copyOf := func(names ...string) func(billingtest.Object) {
		return func(session billingtest.Object) {
			for _, name := range names {
				session[name] = env.Stripe.Session(otherSession)[name]
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
			session := env.OpenPayment(t, env.Account(t), "starter")
			env.Stripe.Pay(session)
			env.Stripe.ChangeSession(session, c.change)
			before, alarms := env.State(t), env.Log.Alarms()
			outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
			require.NoError(t, err)
			require.Equal(t, contract.CheckoutOpen, outcome.State)
			require.Nil(t, outcome.Payment)
			require.Equal(t, before, env.State(t))
			require.Equal(t, c.alarms, env.Log.Alarms()-alarms)
		})
	}
}

func TestAnOpenSessionIsSettledOnceItIsPaid(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	session := env.OpenPayment(t, account, "starter")
	outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutOpen, outcome.State)
	env.Stripe.Pay(session)
	outcome, err = env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutComplete, outcome.State)
	require.EqualValues(t, 1000, env.LiveBalance(t, account))
}

func TestAnExpiredSessionEndsItsCheckout(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	for _, session := range []string{env.OpenPayment(t, account, "starter"), env.OpenSetup(t, account)} {
		env.Stripe.ChangeSession(session, func(s billingtest.Object) { s["status"] = "expired" })
		outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
		require.NoError(t, err)
		require.Equal(t, contract.CheckoutExpired, outcome.State)
		env.Stripe.Pay(session) // what Stripe never does; our row has ended all the same
		outcome, err = env.Settlement.SettleCheckout(t.Context(), session)
		require.NoError(t, err)
		require.Equal(t, contract.CheckoutExpired, outcome.State)
	}
	require.Zero(t, env.Count(t, `billing.payments`))
	require.Zero(t, env.LiveBalance(t, account))
	require.Zero(t, env.Log.Alarms())
}

func TestASetupIsNotSettledByAPayment(t *testing.T) {
	env := billingtest.New(t)
	session := env.OpenSetup(t, env.Account(t))
	env.Stripe.ChangeSession(session, func(s billingtest.Object) { s["mode"], s["amount_total"], s["currency"] = "payment", 1000, "usd" })
	env.Stripe.Pay(session)
	before := env.State(t)
	outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutOpen, outcome.State)
	require.Equal(t, before, env.State(t))
	require.Equal(t, 1, env.Log.Alarms())
}

func TestASetupWithoutACardChangesNothing(t *testing.T) {
	env := billingtest.New(t)
	session := env.OpenSetup(t, env.Account(t))
	env.Stripe.Pay(session)
	env.Stripe.ChangeSession(session, func(s billingtest.Object) {
		s["setup_intent"] = billingtest.Object{"id": "seti_x", "status": "requires_payment_method"}
	})
	before := env.State(t)
	_, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, before, env.State(t))
	require.Equal(t, 1, env.Log.Alarms())
}

func TestASessionUnknownToStripeRaisesTheAlarm(t *testing.T) {
	env := billingtest.New(t)
	session := env.OpenPayment(t, env.Account(t), "starter")
	env.Stripe.DeleteSession(session)
	before := env.State(t)
	outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutOpen, outcome.State)
	require.Equal(t, before, env.State(t))
	require.Equal(t, 1, env.Log.Alarms())
	require.Contains(t, env.Log.String(), session)
}
