package settlement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/contract"
)

// delay makes a session what Stripe shows when its person is done and the bank takes days.
func delay(w *billingtest.World, session string) {
	w.Stripe.Pay(session)
	w.Stripe.Change(session, func(s billingtest.Object) {
		s["payment_status"] = "unpaid"
		intent, _ := s["payment_intent"].(billingtest.Object)
		intent["status"], intent["latest_charge"] = "processing", nil
		intent["payment_method"] = billingtest.Object{"id": "pm_bank", "object": "payment_method", "type": "us_bank_account"}
	})
}

func become(w *billingtest.World, session, payment, intent string) {
	w.Stripe.Change(session, func(s billingtest.Object) {
		s["payment_status"] = payment
		made, _ := s["payment_intent"].(billingtest.Object)
		made["status"] = intent
	})
}

func TestADelayedPaymentActivatesWhenTheMoneyHasArrivedAndNotBefore(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	session := w.OpenPayment(t, account, "starter")
	delay(w, session)
	for range 2 {
		outcome, err := w.Settlement.SettleCheckout(t.Context(), session)
		require.NoError(t, err)
		require.Equal(t, contract.CheckoutOpen, outcome.State)
	}
	require.Zero(t, w.Count(t, `auth.accounts WHERE activated_at IS NOT NULL`))
	require.Equal(t, 1, w.Count(t, `billing.checkouts WHERE stripe_session_id = ? AND expires_at > now() + interval '29 days'`, session))

	become(w, session, "paid", "succeeded")
	outcome, err := w.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutComplete, outcome.State)
	require.EqualValues(t, 1000, w.Live(t, account))
	require.Equal(t, 1, w.Count(t, `auth.accounts WHERE activated_at IS NOT NULL`))
	require.Zero(t, w.Count(t, `billing.customers WHERE payment_method_id IS NOT NULL`), "a bank account is no card on file")
	require.Zero(t, w.Log.Alarms())
}

func TestADelayedPaymentThatFailsEndsItsCheckoutAndActivatesNothing(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	for _, end := range []string{"requires_payment_method", "canceled"} {
		session := w.OpenPayment(t, account, "starter")
		delay(w, session)
		become(w, session, "unpaid", end)
		for range 2 {
			outcome, err := w.Settlement.SettleCheckout(t.Context(), session)
			require.NoError(t, err)
			require.Equal(t, contract.CheckoutExpired, outcome.State)
			require.Nil(t, outcome.Payment)
		}
	}
	require.Zero(t, w.Count(t, `auth.accounts WHERE activated_at IS NOT NULL`))
	require.Zero(t, w.Live(t, account))
	require.Zero(t, w.Log.Alarms())
}
