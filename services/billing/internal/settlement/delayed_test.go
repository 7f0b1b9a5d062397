package settlement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/contract"
)

// delay puts a session into the state in which the customer has finished and the bank takes days.
func delay(env *billingtest.Env, session string) {
	env.Stripe.Pay(session)
	env.Stripe.ChangeSession(session, func(s billingtest.Object) {
		s["payment_status"] = "unpaid"
		intent, _ := s["payment_intent"].(billingtest.Object)
		intent["status"], intent["latest_charge"] = "processing", nil
		intent["payment_method"] = billingtest.Object{"id": "pm_bank", "object": "payment_method", "type": "us_bank_account"}
	})
}

func setStatus(env *billingtest.Env, session, paymentStatus, intentStatus string) {
	env.Stripe.ChangeSession(session, func(s billingtest.Object) {
		s["payment_status"] = paymentStatus
		made, _ := s["payment_intent"].(billingtest.Object)
		made["status"] = intentStatus
	})
}

func TestADelayedPaymentActivatesOnlyOnceTheMoneyHasArrived(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	session := env.OpenPayment(t, account, "starter")
	delay(env, session)
	for range 2 {
		outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
		require.NoError(t, err)
		require.Equal(t, contract.CheckoutOpen, outcome.State)
	}
	require.Zero(t, env.Count(t, `auth.accounts WHERE activated_at IS NOT NULL`))
	require.Equal(t, 1, env.Count(t, `billing.checkouts WHERE stripe_session_id = ? AND expires_at > now() + interval '29 days'`, session))

	setStatus(env, session, "paid", "succeeded")
	outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutComplete, outcome.State)
	require.EqualValues(t, 1000, env.LiveBalance(t, account))
	require.Equal(t, 1, env.Count(t, `auth.accounts WHERE activated_at IS NOT NULL`))
	require.Zero(t, env.Count(t, `billing.customers WHERE payment_method_id IS NOT NULL`), "a bank account is not a card on file")
	require.Zero(t, env.Log.Alarms())
}

func TestAFailedDelayedPaymentEndsItsCheckout(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	for _, end := range []string{"requires_payment_method", "canceled"} {
		session := env.OpenPayment(t, account, "starter")
		delay(env, session)
		setStatus(env, session, "unpaid", end)
		for range 2 {
			outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
			require.NoError(t, err)
			require.Equal(t, contract.CheckoutExpired, outcome.State)
			require.Nil(t, outcome.Payment)
		}
	}
	require.Zero(t, env.Count(t, `auth.accounts WHERE activated_at IS NOT NULL`))
	require.Zero(t, env.LiveBalance(t, account))
	require.Zero(t, env.Log.Alarms())
}
