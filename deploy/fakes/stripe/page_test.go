package stripe_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"
)

func TestThePageShowsWhatIsBoughtAndThatItIsAnEmulator(t *testing.T) {
	e := start(t)
	session := e.payment(t)
	require.Equal(t, e.url+"/c/pay/"+session.ID, session.URL)
	page := e.get(t, session.URL, http.StatusOK)
	for _, text := range []string{"$20.00", "2,000 credits", "emulator", "4242424242424242", "4000000000009995", cancelURL} {
		require.Contains(t, page, text)
	}
	require.Contains(t, e.get(t, e.url+"/static/checkout.css", http.StatusOK), "#008f5a")
	require.Contains(t, e.get(t, e.setup(t).URL, http.StatusOK), "Nothing is charged")
	e.get(t, e.url+"/c/pay/cs_test_unknown", http.StatusNotFound)
}

func TestAGoodCardPaysAndIsSaved(t *testing.T) {
	for number, card := range map[string]struct{ brand, last4 string }{
		"4242 4242 4242 4242": {"visa", "4242"}, "5555555555554444": {"mastercard", "4444"},
	} {
		t.Run(card.brand, func(t *testing.T) {
			e := start(t)
			opened := e.payment(t)
			status, location, _ := e.pay(t, opened.URL, number)
			require.Equal(t, http.StatusSeeOther, status)
			require.Equal(t, strings.ReplaceAll(successURL, "{CHECKOUT_SESSION_ID}", opened.ID), location)

			session := e.session(t, opened.ID)
			require.Equal(t, stripe.CheckoutSessionStatusComplete, session.Status)
			require.Equal(t, stripe.CheckoutSessionPaymentStatusPaid, session.PaymentStatus)
			intent := session.PaymentIntent
			require.Equal(t, stripe.PaymentIntentStatusSucceeded, intent.Status)
			require.Equal(t, int64(2000), intent.AmountReceived)
			require.Equal(t, "acct_1", intent.Metadata["account_id"])
			require.Equal(t, card.brand, string(intent.PaymentMethod.Card.Brand))
			require.Equal(t, card.last4, intent.PaymentMethod.Card.Last4)
			require.Equal(t, opened.Customer.ID, intent.PaymentMethod.Customer.ID)
			require.Equal(t, card.last4, intent.LatestCharge.PaymentMethodDetails.Card.Last4)
			require.Contains(t, e.get(t, intent.LatestCharge.ReceiptURL, http.StatusOK), card.last4)

			for _, kind := range []string{"payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"} {
				e.hook.await(t, kind, 1)
			}
		})
	}
}

func TestADeclinedCardLeavesTheSessionOpen(t *testing.T) {
	for number, decline := range map[string]string{"4000000000000002": "generic_decline", "4000000000009995": "insufficient_funds"} {
		t.Run(decline, func(t *testing.T) {
			e := start(t)
			opened := e.payment(t)
			status, _, page := e.pay(t, opened.URL, number)
			require.Equal(t, http.StatusPaymentRequired, status)
			require.Contains(t, page, `role="alert"`)

			session := e.session(t, opened.ID)
			require.Equal(t, stripe.CheckoutSessionStatusOpen, session.Status)
			require.Equal(t, stripe.CheckoutSessionPaymentStatusUnpaid, session.PaymentStatus)
			intent := session.PaymentIntent
			require.Equal(t, stripe.PaymentIntentStatusRequiresPaymentMethod, intent.Status)
			require.Equal(t, stripe.ErrorCodeCardDeclined, intent.LastPaymentError.Code)
			require.Equal(t, decline, string(intent.LastPaymentError.DeclineCode))
			e.hook.await(t, "payment_intent.payment_failed", 1)
			require.Empty(t, e.charges(t), "nothing was taken")

			status, _, _ = e.pay(t, opened.URL, "4242424242424242")
			require.Equal(t, http.StatusSeeOther, status, "another card may pay")
			require.Equal(t, intent.ID, e.session(t, opened.ID).PaymentIntent.ID)
			require.Len(t, e.charges(t), 1)
		})
	}
}

func TestMistypedCardsAreRefusedAndNothingHappens(t *testing.T) {
	e := start(t)
	opened := e.payment(t)
	good := url.Values{"card_number": {"4242424242424242"}, "exp_month": {"12"}, "exp_year": {"40"}, "cvc": {"123"}}
	for _, wrong := range []struct{ field, value, message string }{
		{"card_number", "4111111111111112", "card number is incorrect"},
		{"card_number", "", "card number is incorrect"},
		{"exp_month", "13", "expiration month is invalid"},
		{"exp_month", "x", "expiration month is invalid"},
		{"exp_year", "2020", "expiration year is invalid"},
		{"exp_year", "", "expiration year is invalid"},
		{"cvc", "12", "security code is invalid"},
		{"cvc", "abc", "security code is invalid"},
	} {
		form := url.Values{}
		for name, values := range good {
			form[name] = values
		}
		form.Set(wrong.field, wrong.value)
		status, _, page := e.post(t, opened.URL, form)
		require.Equal(t, http.StatusPaymentRequired, status, wrong)
		require.Contains(t, page, wrong.message, wrong)
	}
	require.Nil(t, e.session(t, opened.ID).PaymentIntent)
	status, _, _ := e.post(t, opened.URL, good)
	require.Equal(t, http.StatusSeeOther, status, "a year of two digits will do")
}

func TestASetupSavesACardAndChargesNothing(t *testing.T) {
	e := start(t)
	opened := e.setup(t)
	status, _, _ := e.pay(t, opened.URL, "4000000000000002")
	require.Equal(t, http.StatusPaymentRequired, status)
	status, _, _ = e.pay(t, opened.URL, "4242424242424242")
	require.Equal(t, http.StatusSeeOther, status)
	session := e.session(t, opened.ID)
	require.Equal(t, stripe.CheckoutSessionPaymentStatusNoPaymentRequired, session.PaymentStatus)
	require.Nil(t, session.PaymentIntent)
	require.Equal(t, stripe.SetupIntentStatusSucceeded, session.SetupIntent.Status)
	require.Equal(t, "4242", session.SetupIntent.PaymentMethod.Card.Last4)
	require.Equal(t, opened.Customer.ID, session.SetupIntent.PaymentMethod.Customer.ID)
	e.hook.await(t, "setup_intent.succeeded", 1)
	e.hook.await(t, "checkout.session.completed", 1)
	require.Empty(t, e.charges(t))
}

func TestManyFormsAtOnceChargeOnce(t *testing.T) {
	e := start(t)
	opened := e.payment(t)
	var group sync.WaitGroup
	locations := make(chan string, 20)
	for range cap(locations) {
		group.Go(func() {
			response, err := e.browser.PostForm(opened.URL, url.Values{
				"card_number": {"4242424242424242"}, "exp_month": {"12"}, "exp_year": {"2040"}, "cvc": {"123"},
			})
			if err != nil {
				locations <- err.Error()
				return
			}
			response.Body.Close()
			locations <- response.Status + " " + response.Header.Get("Location")
		})
	}
	group.Wait()
	close(locations)
	for location := range locations {
		require.Equal(t, "303 See Other "+strings.ReplaceAll(successURL, "{CHECKOUT_SESSION_ID}", opened.ID), location)
	}
	require.Len(t, e.charges(t), 1)
	require.Len(t, e.hook.await(t, "checkout.session.completed", 1), 1)
}

func TestAnExpiredPageIsGone(t *testing.T) {
	e := start(t)
	opened := e.payment(t)
	require.NoError(t, e.control.ExpireSession(t.Context(), opened.ID))
	require.Error(t, e.control.ExpireSession(t.Context(), opened.ID), "it ends once")
	require.Contains(t, e.get(t, opened.URL, http.StatusGone), "expired")
	status, _, _ := e.pay(t, opened.URL, "4242424242424242")
	require.Equal(t, http.StatusGone, status)
	e.hook.await(t, "checkout.session.expired", 1)
	require.Equal(t, stripe.CheckoutSessionStatusExpired, e.session(t, opened.ID).Status)
	require.Empty(t, e.charges(t))
}

func TestWhatCostsNothingAsksForNoCard(t *testing.T) {
	e := start(t)
	params := paymentParams(e.customer(t).ID)
	params.LineItems[0].PriceData.UnitAmount = stripe.Int64(0)
	opened, err := e.stripe.CheckoutSessions.New(params)
	require.NoError(t, err)
	require.NotContains(t, e.get(t, opened.URL, http.StatusOK), "card_number")
	status, _, _ := e.post(t, opened.URL, nil)
	require.Equal(t, http.StatusSeeOther, status)
	session := e.session(t, opened.ID)
	require.Equal(t, stripe.CheckoutSessionPaymentStatusNoPaymentRequired, session.PaymentStatus)
	require.Nil(t, session.PaymentIntent)
	require.Empty(t, e.charges(t))
}

func TestAFormThatIsTooLargeIsRefused(t *testing.T) {
	e := start(t)
	opened := e.payment(t)
	status, _, _ := e.post(t, opened.URL, url.Values{"card_number": {strings.Repeat("4", 1<<17)}})
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
}
