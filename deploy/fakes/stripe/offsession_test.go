package stripe_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"
)

func TestASavedCardPaysWhileNobodyIsThere(t *testing.T) {
	e := start(t)
	customer, card := e.savedCard(t, "4242424242424242")
	intent, err := e.stripe.PaymentIntents.New(offSession(customer, card))
	require.NoError(t, err)
	require.Equal(t, stripe.PaymentIntentStatusSucceeded, intent.Status)
	require.EqualValues(t, 1500, intent.AmountReceived)
	require.Equal(t, "topup_1", intent.Metadata["topup_id"])
	require.Equal(t, card, intent.PaymentMethod.ID)
	charge := intent.LatestCharge
	require.True(t, charge.Paid)
	require.Equal(t, "topup_1", charge.Metadata["topup_id"])
	require.Contains(t, e.get(t, charge.ReceiptURL, http.StatusOK), "4242")

	e.hook.await(t, "charge.succeeded", 2) // the first saved the card
	events := e.hook.await(t, "payment_intent.succeeded", 2)
	require.Contains(t, []any{events[0].Data.Object["id"], events[1].Data.Object["id"]}, intent.ID)
	again, err := e.stripe.PaymentIntents.Get(intent.ID, nil)
	require.NoError(t, err)
	require.Equal(t, stripe.PaymentIntentStatusSucceeded, again.Status)
	list := e.stripe.PaymentIntents.List(&stripe.PaymentIntentListParams{Customer: &customer})
	require.True(t, list.Next())
	require.Equal(t, intent.ID, list.PaymentIntent().ID, "the newest first")
}

func TestASavedCardIsRefusedAsItsNumberSays(t *testing.T) {
	for number, want := range map[string]struct {
		code    stripe.ErrorCode
		decline stripe.DeclineCode
	}{
		"4000002500003155": {stripe.ErrorCodeAuthenticationRequired, stripe.DeclineCodeAuthenticationRequired},
		"4000000000000341": {stripe.ErrorCodeCardDeclined, stripe.DeclineCodeGenericDecline},
	} {
		t.Run(number, func(t *testing.T) {
			e := start(t)
			customer, card := e.savedCard(t, number)
			_, err := e.stripe.PaymentIntents.New(offSession(customer, card))
			requireStripeError(t, err, http.StatusPaymentRequired, want.code)
			var refused *stripe.Error
			require.ErrorAs(t, err, &refused)
			require.Equal(t, stripe.ErrorTypeCard, refused.Type)
			require.Equal(t, want.decline, refused.DeclineCode)
			require.NotEmpty(t, refused.ChargeID)
			require.Equal(t, card, refused.PaymentMethod.ID)
			require.Equal(t, stripe.PaymentIntentStatusRequiresPaymentMethod, refused.PaymentIntent.Status)

			intent, err := e.stripe.PaymentIntents.Get(refused.PaymentIntent.ID, nil)
			require.NoError(t, err)
			require.Equal(t, want.code, intent.LastPaymentError.Code)
			require.Zero(t, intent.AmountReceived)
			require.Nil(t, intent.PaymentMethod, "it waits for another")
			failed := e.hook.await(t, "payment_intent.payment_failed", 1)
			require.Equal(t, intent.ID, failed[0].Data.Object["id"])
			e.hook.await(t, "charge.failed", 1)
			require.Len(t, e.charges(t), 1, "the one that saved the card")
		})
	}
}

func TestWhatCannotBeChargedOffSessionSaysWhy(t *testing.T) {
	e := start(t)
	customer, card := e.savedCard(t, "4242424242424242")
	stranger := e.customer(t).ID
	for name, c := range map[string]struct {
		change func(*stripe.PaymentIntentParams)
		code   stripe.ErrorCode
	}{
		"too little":            {func(p *stripe.PaymentIntentParams) { p.Amount = stripe.Int64(49) }, stripe.ErrorCodeAmountTooSmall},
		"too much":              {func(p *stripe.PaymentIntentParams) { p.Amount = stripe.Int64(100_000_000) }, stripe.ErrorCodeAmountTooLarge},
		"no amount":             {func(p *stripe.PaymentIntentParams) { p.Amount = nil }, stripe.ErrorCodeParameterMissing},
		"no customer":           {func(p *stripe.PaymentIntentParams) { p.Customer = nil }, stripe.ErrorCodeParameterMissing},
		"an unknown card":       {func(p *stripe.PaymentIntentParams) { p.PaymentMethod = stripe.String("pm_1") }, stripe.ErrorCodeResourceMissing},
		"another's card":        {func(p *stripe.PaymentIntentParams) { p.Customer = &stranger }, stripe.ErrorCodeResourceMissing},
		"not confirmed":         {func(p *stripe.PaymentIntentParams) { p.Confirm = nil }, ""},
		"with its holder":       {func(p *stripe.PaymentIntentParams) { p.OffSession = stripe.Bool(false) }, ""},
		"an unknown currency":   {func(p *stripe.PaymentIntentParams) { p.Currency = stripe.String("xxx") }, ""},
		"an unknown parameter":  {func(p *stripe.PaymentIntentParams) { p.AddExtra("colour", "red") }, stripe.ErrorCodeParameterUnknown},
		"a path to nothing":     {func(p *stripe.PaymentIntentParams) { p.AddExpand("latest_colour") }, ""},
		"an unknown method":     {func(p *stripe.PaymentIntentParams) { p.PaymentMethodTypes = stripe.StringSlice([]string{"cash"}) }, ""},
		"an unfinished address": {func(p *stripe.PaymentIntentParams) { p.ReturnURL = stripe.String("shop") }, stripe.ErrorCodeURLInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			params := offSession(customer, card)
			c.change(params)
			_, err := e.stripe.PaymentIntents.New(params)
			requireStripeError(t, err, http.StatusBadRequest, c.code)
		})
	}
	_, err := e.stripe.PaymentMethods.Detach(card, nil)
	require.NoError(t, err)
	_, err = e.stripe.PaymentIntents.New(offSession(customer, card))
	requireStripeError(t, err, http.StatusBadRequest, "")
	require.Len(t, e.charges(t), 1, "nothing was charged")
}

func TestAKeyChargesOnceAlsoAfterARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	api, address, stop := open(t, file, "")
	created, err := api.Customers.New(&stripe.CustomerParams{})
	require.NoError(t, err)
	session, err := api.CheckoutSessions.New(paymentParams(created.ID))
	require.NoError(t, err)
	payAt(t, address, session.ID)
	methods := api.PaymentMethods.List(&stripe.PaymentMethodListParams{Customer: &created.ID})
	require.True(t, methods.Next())
	params := offSession(created.ID, methods.PaymentMethod().ID)
	params.SetIdempotencyKey("topup:1")
	first, err := api.PaymentIntents.New(params)
	require.NoError(t, err)
	stop()

	api, _, stop = open(t, file, "")
	defer stop()
	second, err := api.PaymentIntents.New(params)
	require.NoError(t, err)
	require.Equal(t, first.ID, second.ID)
	require.Equal(t, "true", second.LastResponse.Header.Get("Idempotent-Replayed"))
	params.Amount = stripe.Int64(1600)
	_, err = api.PaymentIntents.New(params)
	require.Error(t, err, "a key is for one request")
	intents := 0
	for all := api.PaymentIntents.List(&stripe.PaymentIntentListParams{}); all.Next(); intents++ {
	}
	require.Equal(t, 2, intents, "the one of the Checkout, and this one")
}

func TestARefusalIsKeptUnderItsKey(t *testing.T) {
	e := start(t)
	customer, card := e.savedCard(t, "4000000000000341")
	params := offSession(customer, card)
	params.SetIdempotencyKey("topup:1")
	refusals := map[string]bool{}
	for range 2 {
		_, err := e.stripe.PaymentIntents.New(params)
		var refused *stripe.Error
		require.ErrorAs(t, err, &refused)
		refusals[refused.ChargeID] = true
	}
	require.Len(t, refusals, 1, "the bank was asked once")
}

func TestARefusedIntentSurvivesARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	receiver := httptest.NewServer(&endpoint{status: http.StatusOK})
	t.Cleanup(receiver.Close)
	api, address, stop := open(t, file, receiver.URL)
	created, err := api.Customers.New(&stripe.CustomerParams{})
	require.NoError(t, err)
	session, err := api.CheckoutSessions.New(paymentParams(created.ID))
	require.NoError(t, err)
	payWith(t, address, session.ID, "4000002500003155")
	methods := api.PaymentMethods.List(&stripe.PaymentMethodListParams{Customer: &created.ID})
	require.True(t, methods.Next())
	_, err = api.PaymentIntents.New(offSession(created.ID, methods.PaymentMethod().ID))
	var refused *stripe.Error
	require.ErrorAs(t, err, &refused)
	stop()

	api, _, stop = open(t, file, receiver.URL)
	defer stop()
	intent, err := api.PaymentIntents.Get(refused.PaymentIntent.ID, nil)
	require.NoError(t, err)
	require.Equal(t, stripe.ErrorCodeAuthenticationRequired, intent.LastPaymentError.Code)
	require.Equal(t, methods.PaymentMethod().ID, intent.LastPaymentError.PaymentMethod.ID)
}

// savedCard pays a Checkout, which saves the card, and returns the customer and the card.
func (e *emulated) savedCard(t *testing.T, number string) (customer, method string) {
	opened := e.payment(t)
	status, _, page := e.pay(t, opened.URL, number)
	require.Equal(t, http.StatusSeeOther, status, page)
	session := e.session(t, opened.ID)
	return session.Customer.ID, session.PaymentIntent.PaymentMethod.ID
}

// offSession is a payment as automatic top-up makes it.
func offSession(customer, method string) *stripe.PaymentIntentParams {
	params := &stripe.PaymentIntentParams{
		Amount: stripe.Int64(1500), Currency: stripe.String("usd"), Customer: &customer, PaymentMethod: &method,
		Confirm: stripe.Bool(true), OffSession: stripe.Bool(true), Metadata: map[string]string{"topup_id": "topup_1"},
	}
	params.AddExpand("latest_charge")
	return params
}
