package stripe_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"
)

const cardAsks = "4000000000003220"

func answered(answer string) url.Values {
	return url.Values{"card_number": {cardAsks}, "exp_month": {"12"}, "exp_year": {"2040"}, "cvc": {"123"}, "answer": {answer}}
}

func TestABankThatAsksTheHolderTakesNothingBeforeTheAnswer(t *testing.T) {
	e := start(t)
	opened := e.payment(t)
	status, _, page := e.pay(t, opened.URL, cardAsks)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, "Your bank asks")
	require.Contains(t, page, "$20.00")
	session := e.session(t, opened.ID)
	require.Equal(t, stripe.CheckoutSessionStatusOpen, session.Status)
	require.Equal(t, stripe.PaymentIntentStatusRequiresAction, session.PaymentIntent.Status)
	require.Equal(t, stripe.PaymentIntentNextActionTypeUseStripeSDK, session.PaymentIntent.NextAction.Type)
	e.hook.await(t, "payment_intent.requires_action", 1)
	require.Empty(t, e.charges(t))

	status, _, page = e.post(t, opened.URL, answered("refused"))
	require.Equal(t, http.StatusPaymentRequired, status)
	require.Contains(t, page, "unable to authenticate")
	intent := e.session(t, opened.ID).PaymentIntent
	require.Equal(t, stripe.PaymentIntentStatusRequiresPaymentMethod, intent.Status)
	require.Equal(t, "payment_intent_authentication_failure", string(intent.LastPaymentError.Code))
	require.Nil(t, intent.NextAction)
	require.Empty(t, e.charges(t), "nothing was taken")

	e.pay(t, opened.URL, cardAsks)
	status, _, _ = e.post(t, opened.URL, answered("confirmed"))
	require.Equal(t, http.StatusSeeOther, status)
	require.Equal(t, stripe.PaymentIntentStatusSucceeded, e.session(t, opened.ID).PaymentIntent.Status)
	require.Len(t, e.charges(t), 1)
}

func TestABankThatAsksTheHolderAsksBeforeACardIsSaved(t *testing.T) {
	e := start(t)
	opened := e.setup(t)
	status, _, page := e.pay(t, opened.URL, cardAsks)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, "save this card")
	require.Equal(t, stripe.SetupIntentStatusRequiresAction, e.session(t, opened.ID).SetupIntent.Status)
	status, _, _ = e.post(t, opened.URL, answered("refused"))
	require.Equal(t, http.StatusPaymentRequired, status)
	require.Equal(t, stripe.SetupIntentStatusRequiresPaymentMethod, e.session(t, opened.ID).SetupIntent.Status)
	status, _, _ = e.post(t, opened.URL, answered("confirmed"))
	require.Equal(t, http.StatusSeeOther, status)
	session := e.session(t, opened.ID)
	require.Equal(t, stripe.SetupIntentStatusSucceeded, session.SetupIntent.Status)
	require.Equal(t, "3220", session.SetupIntent.PaymentMethod.Card.Last4)
}
