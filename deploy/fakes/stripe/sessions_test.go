package stripe_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	stripefake "github.com/mintfax/mintfax/deploy/fakes/stripe"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func TestANewSessionIsOpenAndShowsWhatWasAsked(t *testing.T) {
	e := start(t)
	session := e.payment(t)
	require.Regexp(t, "^cs_test_[0-9A-Za-z]{58}$", session.ID)
	require.Equal(t, e.url+"/c/pay/"+session.ID, session.URL)
	require.Equal(t, stripe.CheckoutSessionStatusOpen, session.Status)
	require.Equal(t, stripe.CheckoutSessionPaymentStatusUnpaid, session.PaymentStatus)
	require.EqualValues(t, 2000, session.AmountTotal)
	require.Equal(t, stripe.CurrencyUSD, session.Currency)
	require.Equal(t, "chk_1", session.ClientReferenceID)
	require.Equal(t, "acct_1", session.Metadata["account_id"])
	require.Nil(t, session.PaymentIntent, "there is none before somebody tries to pay")
	require.Nil(t, session.LineItems, "shown only when they are asked for")
	require.False(t, session.Livemode)
	require.WithinDuration(t, time.Now().Add(24*time.Hour), time.Unix(session.ExpiresAt, 0), time.Minute)

	setup := e.setup(t)
	require.Equal(t, stripe.CheckoutSessionPaymentStatusNoPaymentRequired, setup.PaymentStatus)
	require.Zero(t, setup.AmountTotal)
	require.Empty(t, setup.Currency)
}

func TestSessionsThatStripeRefusesAreRefused(t *testing.T) {
	e := start(t)
	customer := e.customer(t).ID
	good := "mode=payment&success_url=https://x.example/&customer=" + customer +
		"&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=2000" +
		"&line_items[0][price_data][product_data][name]=Credits"
	response, body := e.ask(t, http.MethodPost, "/v1/checkout/sessions", good, nil)
	require.Equal(t, http.StatusOK, response.StatusCode, body)

	for name, c := range map[string]struct{ old, new, param string }{
		"no mode":                 {"mode=payment", "", "mode"},
		"a mode of Stripe's only": {"mode=payment", "mode=subscription", "mode"},
		"setup with items":        {"mode=payment", "mode=setup", "line_items"},
		"no success URL":          {"success_url=https://x.example/", "", "success_url"},
		"not a URL":               {"https://x.example/", "x.example", "success_url"},
		"an empty customer":       {customer, "", "customer"},
		"a customer twice":        {"mode=payment", "mode=payment&customer_creation=always", "customer_creation"},
		"no quantity":             {"line_items[0][quantity]=1", "", "line_items[0][quantity]"},
		"none of it":              {"[quantity]=1", "[quantity]=0", "line_items[0][quantity]"},
		"a negative price":        {"=2000", "=-5", "line_items[0][price_data][unit_amount]"},
		"half a cent":             {"=2000", "=0.5", "line_items[0][price_data][unit_amount]"},
		"too little":              {"=2000", "=49", "line_items"},
		"too much":                {"[quantity]=1", "[quantity]=999999", "line_items"},
		"no name":                 {"[product_data][name]=Credits", "[product_data][description]=Credits", "line_items[0][price_data][product_data][name]"},
		"no product":              {"&line_items[0][price_data][product_data][name]=Credits", "", "line_items[0][price_data][product_data]"},
		"another currency":        {"=usd", "=xyz", "line_items[0][price_data][currency]"},
		"a price of a list":       {"[quantity]=1", "[quantity]=1&line_items[0][price]=price_1", "line_items[0][price]"},
		"an unknown detail":       {"[quantity]=1", "[quantity]=1&line_items[0][colour]=red", "line_items[0][colour]"},
		"a list without numbers":  {"line_items[0]", "line_items[first]", "line_items"},
		"another method":          {"mode=payment", "mode=payment&payment_method_types[0]=sepa_debit", "payment_method_types"},
		"expiry too early":        {"mode=payment", "mode=payment&expires_at=1", "expires_at"},
		"expiry too late":         {"mode=payment", "mode=payment&expires_at=99999999999", "expires_at"},
		"expiry overflows":        {"mode=payment", "mode=payment&expires_at=99999999999999999999", "expires_at"},
		"setup data":              {"mode=payment", "mode=payment&setup_intent_data[description]=x", "setup_intent_data"},
		"a usage that is none":    {"mode=payment", "mode=payment&payment_intent_data[setup_future_usage]=never", "payment_intent_data[setup_future_usage]"},
		"a long reference":        {"mode=payment", "mode=payment&client_reference_id=" + strings.Repeat("x", 201), "client_reference_id"},
	} {
		t.Run(name, func(t *testing.T) {
			response, body := e.ask(t, http.MethodPost, "/v1/checkout/sessions", strings.ReplaceAll(good, c.old, c.new), nil)
			require.Equal(t, http.StatusBadRequest, response.StatusCode, body)
			require.Contains(t, body, `"param": "`+c.param+`"`)
		})
	}
	list := e.stripe.CheckoutSessions.List(&stripe.CheckoutSessionListParams{})
	require.True(t, list.Next())
	require.False(t, list.Next(), "only the good one was made")
}

func TestAnExpiredSessionStaysExpired(t *testing.T) {
	e := start(t)
	open := e.payment(t)
	status, _, _ := e.pay(t, open.URL, "4000000000000002")
	require.Equal(t, http.StatusPaymentRequired, status)
	expired, err := e.stripe.CheckoutSessions.Expire(open.ID, nil)
	require.NoError(t, err)
	require.Equal(t, stripe.CheckoutSessionStatusExpired, expired.Status)
	require.Empty(t, expired.URL)
	e.hook.await(t, "checkout.session.expired", 1)
	require.Equal(t, stripe.PaymentIntentStatusCanceled, e.session(t, open.ID).PaymentIntent.Status)

	_, err = e.stripe.CheckoutSessions.Expire(open.ID, nil)
	requireStripeError(t, err, http.StatusBadRequest, "")
	_, err = e.stripe.CheckoutSessions.Expire(e.buy(t), nil)
	requireStripeError(t, err, http.StatusBadRequest, "")
	require.Len(t, e.charges(t), 1, "of the one that was bought")
}

func TestAPersonWithoutCustomerBecomesOneWhenACardIsSaved(t *testing.T) {
	e := start(t)
	params := paymentParams("")
	params.Customer, params.CustomerEmail = nil, stripe.String("ada@example.com")
	session, err := e.stripe.CheckoutSessions.New(params)
	require.NoError(t, err)
	require.Nil(t, session.Customer)
	_, location, _ := e.pay(t, session.URL, "4242424242424242")
	require.Equal(t, "https://shop.example/done?session="+session.ID, location)
	paid := e.session(t, session.ID)
	require.NotNil(t, paid.Customer)
	require.Equal(t, "ada@example.com", paid.CustomerDetails.Email)
	require.Equal(t, paid.Customer.ID, paid.PaymentIntent.PaymentMethod.Customer.ID)

	params.PaymentIntentData.SetupFutureUsage = nil
	session, err = e.stripe.CheckoutSessions.New(params)
	require.NoError(t, err)
	e.pay(t, session.URL, "4242424242424242")
	paid = e.session(t, session.ID)
	require.Nil(t, paid.Customer, "a guest stays one")
	require.Nil(t, paid.PaymentIntent.PaymentMethod.Customer)
}

func TestNothingToPayIsNotPaid(t *testing.T) {
	e := start(t)
	params := paymentParams(e.customer(t).ID)
	params.LineItems[0].PriceData.UnitAmount = stripe.Int64(0)
	session, err := e.stripe.CheckoutSessions.New(params)
	require.NoError(t, err)
	status, _, page := e.pay(t, session.URL, "")
	require.Equal(t, http.StatusSeeOther, status, page)
	done := e.session(t, session.ID)
	require.Equal(t, stripe.CheckoutSessionStatusComplete, done.Status)
	require.Equal(t, stripe.CheckoutSessionPaymentStatusNoPaymentRequired, done.PaymentStatus)
	require.Nil(t, done.PaymentIntent)
	require.Empty(t, e.charges(t))
}

func TestASessionExpiresWhenItsTimeIsOver(t *testing.T) {
	var passed atomic.Int64
	e := start(t, func(c *stripefake.Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	})
	params := paymentParams(e.customer(t).ID)
	params.ExpiresAt = stripe.Int64(time.Now().Add(31 * time.Minute).Unix())
	session, err := e.stripe.CheckoutSessions.New(params)
	require.NoError(t, err)
	e.get(t, session.URL, http.StatusOK)

	passed.Store(int64(32 * time.Minute))
	require.Eventually(t, func() bool { // without any request
		for _, event := range e.events(t) {
			if event.Type == "checkout.session.expired" {
				return event.ObjectID == session.ID
			}
		}
		return false
	}, 30*time.Second, 20*time.Millisecond)
	status, _, _ := e.pay(t, session.URL, "4242424242424242")
	require.Equal(t, http.StatusGone, status)
	require.Empty(t, e.charges(t))
}

func TestASessionOfNobodyCanBeMade(t *testing.T) {
	e := start(t)
	id, err := e.control.NewSession(t.Context(), control.NewSession{
		Amount: 2000, Currency: "usd", Metadata: map[string]string{"account_id": "acct_1"}, Card: "4242424242424242",
		Patch: map[string]any{"client_reference_id": "chk_of_another", "livemode": true},
	})
	require.NoError(t, err)
	session := e.session(t, id)
	require.Equal(t, stripe.CheckoutSessionPaymentStatusPaid, session.PaymentStatus)
	require.Equal(t, "chk_of_another", session.ClientReferenceID)
	require.True(t, session.Livemode)
	require.Equal(t, "acct_1", e.charges(t)[0].AccountID)
	e.hook.await(t, "checkout.session.completed", 1)

	id, err = e.control.NewSession(t.Context(), control.NewSession{Amount: 100, Currency: "eur"})
	require.NoError(t, err)
	require.Equal(t, stripe.CheckoutSessionStatusOpen, e.session(t, id).Status)
	_, err = e.control.NewSession(t.Context(), control.NewSession{Amount: 100, Currency: "eur", Card: "4000000000000002"})
	require.Error(t, err)
	_, err = e.control.NewSession(t.Context(), control.NewSession{Amount: 100, Currency: "eur", Customer: "cus_none"})
	require.Error(t, err)
}
