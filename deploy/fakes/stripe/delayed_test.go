package stripe_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func TestASessionPaidByBankIsUnpaidUntilTheBankAnswers(t *testing.T) {
	for name, succeeded := range map[string]bool{
		"checkout.session.async_payment_succeeded": true, "checkout.session.async_payment_failed": false,
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t)
			opened := e.payment(t)
			require.NoError(t, e.control.PayByBank(t.Context(), opened.ID))
			completed := objectOf[stripe.CheckoutSession](t, e.hook.await(t, "checkout.session.completed", 1)[0])
			require.Equal(t, stripe.CheckoutSessionPaymentStatusUnpaid, completed.PaymentStatus)
			require.Equal(t, stripe.CheckoutSessionStatusComplete, completed.Status)
			e.hook.await(t, "payment_intent.processing", 1)
			e.hook.await(t, "charge.pending", 1)
			session := e.session(t, opened.ID)
			require.Equal(t, stripe.PaymentIntentStatusProcessing, session.PaymentIntent.Status)
			require.Equal(t, stripe.ChargeStatusPending, session.PaymentIntent.LatestCharge.Status)
			require.Equal(t, stripe.PaymentMethodTypeUSBankAccount, session.PaymentIntent.PaymentMethod.Type)
			require.Nil(t, session.PaymentIntent.PaymentMethod.Card)
			require.Empty(t, e.charges(t), "nothing was taken yet")
			_, err := e.stripe.Refunds.New(&stripe.RefundParams{PaymentIntent: &session.PaymentIntent.ID})
			requireStripeError(t, err, http.StatusBadRequest, "")

			require.NoError(t, e.control.SettleSession(t.Context(), opened.ID, succeeded))
			told := objectOf[stripe.CheckoutSession](t, e.hook.await(t, name, 1)[0])
			require.Equal(t, opened.ID, told.ID)
			require.Equal(t, succeeded, told.PaymentStatus == stripe.CheckoutSessionPaymentStatusPaid)
			session = e.session(t, opened.ID)
			require.Equal(t, stripe.CheckoutSessionStatusComplete, session.Status)
			require.Equal(t, succeeded, session.PaymentIntent.Status == stripe.PaymentIntentStatusSucceeded)
			require.Equal(t, succeeded, session.PaymentIntent.LatestCharge.Paid)
			require.Equal(t, succeeded, len(e.charges(t)) == 1)
			if !succeeded {
				require.NotNil(t, session.PaymentIntent.LastPaymentError)
				e.hook.await(t, "payment_intent.payment_failed", 1)
			}
			require.Error(t, e.control.SettleSession(t.Context(), opened.ID, !succeeded), "a bank answers once")
		})
	}
}

func TestThePageOffersABankOnlyWhereTheSessionAllowsIt(t *testing.T) {
	e := start(t)
	cardOnly := e.payment(t)
	require.NotContains(t, e.get(t, cardOnly.URL, http.StatusOK), "us_bank_account")
	status, _, _ := e.post(t, cardOnly.URL, url.Values{"method": {"us_bank_account"}})
	require.Equal(t, http.StatusPaymentRequired, status, "it asks for a card")

	params := paymentParams(e.customer(t).ID)
	params.PaymentMethodTypes = stripe.StringSlice([]string{"card", "us_bank_account"})
	both, err := e.stripe.CheckoutSessions.New(params)
	require.NoError(t, err)
	require.Contains(t, e.get(t, both.URL, http.StatusOK), "us_bank_account")
	for range 2 { // sent twice, it is one debit
		status, location, _ := e.post(t, both.URL, url.Values{"method": {"us_bank_account"}})
		require.Equal(t, http.StatusSeeOther, status)
		require.Contains(t, location, both.ID)
	}
	session := e.session(t, both.ID)
	require.Equal(t, stripe.CheckoutSessionPaymentStatusUnpaid, session.PaymentStatus)
	require.Len(t, e.kinds(t, "charge.pending"), 1)

	list := func(kind string) int {
		n := 0
		all := e.stripe.PaymentMethods.List(&stripe.PaymentMethodListParams{Customer: &session.Customer.ID, Type: &kind})
		for ; all.Next(); n++ {
		}
		require.NoError(t, all.Err())
		return n
	}
	require.Equal(t, 0, list("card"))
	require.Equal(t, 1, list("us_bank_account"))
	_, err = e.stripe.PaymentIntents.New(offSession(session.Customer.ID, session.PaymentIntent.PaymentMethod.ID))
	requireStripeError(t, err, http.StatusBadRequest, "")
}

func TestARefundToABankIsPending(t *testing.T) {
	e := start(t)
	opened := e.payment(t)
	require.NoError(t, e.control.PayByBank(t.Context(), opened.ID))
	require.NoError(t, e.control.SettleSession(t.Context(), opened.ID, true))
	charge := e.session(t, opened.ID).PaymentIntent.LatestCharge
	require.Contains(t, e.get(t, charge.ReceiptURL, http.StatusOK), "bank account")
	refund, err := e.stripe.Refunds.New(&stripe.RefundParams{Charge: &charge.ID})
	require.NoError(t, err)
	require.Equal(t, stripe.RefundStatusPending, refund.Status)
	_, err = e.control.OpenDispute(t.Context(), control.Dispute{Charge: charge.ID})
	require.Error(t, err, "all of it is on its way back")
}

func TestADebitUnderWaySurvivesARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	_, address, stop := open(t, file, "")
	steer := control.New(address)
	id, err := steer.NewSession(t.Context(), control.NewSession{Amount: 900, Currency: "usd"})
	require.NoError(t, err)
	require.Error(t, steer.SettleSession(t.Context(), id, true), "nothing is under way")
	require.NoError(t, steer.PayByBank(t.Context(), id))
	require.Error(t, steer.PayByBank(t.Context(), id), "once")
	stop()
	api, address, stop := open(t, file, "")
	defer stop()
	require.NoError(t, control.New(address).SettleSession(t.Context(), id, true))
	session, err := api.CheckoutSessions.Get(id, nil)
	require.NoError(t, err)
	require.Equal(t, stripe.CheckoutSessionPaymentStatusPaid, session.PaymentStatus)
	require.Error(t, control.New(address).PayByBank(t.Context(), "cs_test_1"))
	require.Error(t, control.New(address).SettleSession(t.Context(), "cs_test_1", true))
}
