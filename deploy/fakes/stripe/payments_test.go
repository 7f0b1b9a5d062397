package stripe_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"
)

func TestWhatWasPaidIsFoundFromEverySide(t *testing.T) {
	e := start(t)
	e.buy(t)
	params := &stripe.CheckoutSessionParams{}
	params.AddExpand("customer")
	params.AddExpand("line_items")
	params.AddExpand("payment_intent.latest_charge")
	params.AddExpand("payment_intent.payment_method.customer")
	session, err := e.stripe.CheckoutSessions.Get(e.buy(t), params)
	require.NoError(t, err)
	require.Equal(t, "Ada", session.Customer.Name)
	require.Len(t, session.LineItems.Data, 1)
	require.Equal(t, "2,000 credits", session.LineItems.Data[0].Description)
	require.EqualValues(t, 2000, session.LineItems.Data[0].Price.UnitAmount)
	require.Equal(t, session.Customer.ID, session.PaymentIntent.PaymentMethod.Customer.ID)
	require.Equal(t, "Ada", session.PaymentIntent.PaymentMethod.Customer.Name)
	intent, charge := session.PaymentIntent, session.PaymentIntent.LatestCharge

	sessions := &stripe.CheckoutSessionListParams{PaymentIntent: stripe.String(intent.ID)}
	found := e.stripe.CheckoutSessions.List(sessions)
	require.True(t, found.Next())
	require.Equal(t, session.ID, found.CheckoutSession().ID)
	require.False(t, found.Next())

	ofCustomer := e.stripe.CheckoutSessions.List(&stripe.CheckoutSessionListParams{Customer: stripe.String(session.Customer.ID)})
	require.True(t, ofCustomer.Next())
	require.False(t, ofCustomer.Next())

	charges := e.stripe.Charges.List(&stripe.ChargeListParams{PaymentIntent: stripe.String(intent.ID)})
	require.True(t, charges.Next())
	require.Equal(t, charge.ID, charges.Charge().ID)

	items := e.stripe.CheckoutSessions.ListLineItems(&stripe.CheckoutSessionListLineItemsParams{Session: stripe.String(session.ID)})
	require.True(t, items.Next())

	got, err := e.stripe.PaymentIntents.Get(intent.ID, nil)
	require.NoError(t, err)
	require.Equal(t, stripe.PaymentIntentStatusSucceeded, got.Status)
	require.EqualValues(t, 2000, got.AmountReceived)
	require.Equal(t, charge.ID, got.LatestCharge.ID, "not expanded, it is an id")
	require.Equal(t, "chk_1", got.Metadata["checkout_id"])
	require.True(t, e.stripe.PaymentIntents.List(&stripe.PaymentIntentListParams{Customer: stripe.String(session.Customer.ID)}).Next())

	one, err := e.stripe.Charges.Get(charge.ID, nil)
	require.NoError(t, err)
	require.True(t, one.Paid)
	require.Equal(t, "Ada", one.BillingDetails.Name)
	require.Equal(t, "4242", one.PaymentMethodDetails.Card.Last4)
	require.Contains(t, e.get(t, one.ReceiptURL, http.StatusOK), "4242")
}

func TestASavedCardBelongsToItsCustomerUntilItIsTakenAway(t *testing.T) {
	e := start(t)
	opened := e.setup(t)
	require.NotNil(t, opened.SetupIntent, "a setup intent is there from the beginning")
	status, _, page := e.pay(t, opened.URL, "5555555555554444")
	require.Equal(t, http.StatusSeeOther, status, page)

	intent, err := e.stripe.SetupIntents.Get(opened.SetupIntent.ID, nil)
	require.NoError(t, err)
	require.Equal(t, stripe.SetupIntentStatusSucceeded, intent.Status)
	card, err := e.stripe.PaymentMethods.Get(intent.PaymentMethod.ID, nil)
	require.NoError(t, err)
	require.Equal(t, "mastercard", string(card.Card.Brand))
	require.Equal(t, opened.Customer.ID, card.Customer.ID)

	methods := func() int {
		n := 0
		of := &stripe.PaymentMethodListParams{Customer: stripe.String(opened.Customer.ID), Type: stripe.String("card")}
		for all := e.stripe.PaymentMethods.List(of); all.Next(); n++ {
			require.Equal(t, card.ID, all.PaymentMethod().ID)
		}
		under := &stripe.CustomerListPaymentMethodsParams{Customer: stripe.String(opened.Customer.ID)}
		for all := e.stripe.Customers.ListPaymentMethods(under); all.Next(); n++ {
			require.Equal(t, card.ID, all.PaymentMethod().ID)
		}
		return n
	}
	require.Equal(t, 2, methods())
	_, err = e.stripe.Customers.RetrievePaymentMethod(card.ID,
		&stripe.CustomerRetrievePaymentMethodParams{Customer: stripe.String(e.customer(t).ID)})
	requireStripeError(t, err, http.StatusNotFound, stripe.ErrorCodeResourceMissing)

	settings := &stripe.CustomerParams{InvoiceSettings: &stripe.CustomerInvoiceSettingsParams{DefaultPaymentMethod: &card.ID}}
	customer, err := e.stripe.Customers.Update(opened.Customer.ID, settings)
	require.NoError(t, err)
	require.Equal(t, card.ID, customer.InvoiceSettings.DefaultPaymentMethod.ID)
	_, err = e.stripe.Customers.Update(e.customer(t).ID, settings)
	requireStripeError(t, err, http.StatusBadRequest, stripe.ErrorCodeResourceMissing)

	detached, err := e.stripe.PaymentMethods.Detach(card.ID, nil)
	require.NoError(t, err)
	require.Nil(t, detached.Customer)
	require.Zero(t, methods())
	_, err = e.stripe.PaymentMethods.Detach(card.ID, nil)
	requireStripeError(t, err, http.StatusBadRequest, stripe.ErrorCodePaymentMethodUnexpectedState)
	require.Equal(t, opened.Customer.ID, e.hook.await(t, "payment_method.detached", 1)[0].Data.PreviousAttributes["customer"])
}

func TestEventsAreListedByTypeTimeAndDelivery(t *testing.T) {
	e := start(t)
	e.hook.answer(http.StatusInternalServerError)
	e.buy(t)
	list := func(change func(*stripe.EventListParams)) []string {
		params := &stripe.EventListParams{}
		change(params)
		var kinds []string
		all := e.stripe.Events.List(params)
		for all.Next() {
			kinds = append(kinds, string(all.Event().Type))
		}
		require.NoError(t, all.Err())
		return kinds
	}
	all := list(func(*stripe.EventListParams) {})
	require.Equal(t, []string{
		"checkout.session.completed", "payment_intent.succeeded", "payment_method.attached", "charge.succeeded",
		"payment_intent.created", "customer.created",
	}, all, "newest first")
	require.Equal(t, all[:2], list(func(p *stripe.EventListParams) {
		p.Types = stripe.StringSlice([]string{"checkout.session.completed", "payment_intent.succeeded"})
	}))
	require.Len(t, list(func(p *stripe.EventListParams) { p.Type = stripe.String("payment_intent.*") }), 2)
	require.Len(t, list(func(p *stripe.EventListParams) { p.DeliverySuccess = stripe.Bool(false) }), len(all))
	require.Empty(t, list(func(p *stripe.EventListParams) { p.DeliverySuccess = stripe.Bool(true) }))

	id := e.eventOf(t, "checkout.session.completed").ID
	e.hook.answer(http.StatusOK)
	_, err := e.control.Resend(t.Context(), id, 1)
	require.NoError(t, err)
	require.Contains(t, list(func(p *stripe.EventListParams) { p.DeliverySuccess = stripe.Bool(true) }), "checkout.session.completed")

	first := e.eventOf(t, "customer.created").ID
	require.Len(t, list(func(p *stripe.EventListParams) { p.EndingBefore = stripe.String(first) }), len(all)-1)
}

func TestABoundAtTheBeginningOfTimeIsABound(t *testing.T) {
	e := start(t)
	created := e.customer(t).Created
	for query, found := range map[string]bool{
		"created[lt]=1": false, "created[lt]=0": false, "created[lte]=0": false, "created=0": false,
		"created[gt]=9223372036854775807": false, "created[lt]=-9223372036854775808": false,
		"created[gt]=0":  true,
		"created[gte]=0": true, "created[lte]=9223372036854775807": true,
		fmt.Sprintf("created=%d", created):                            true,
		fmt.Sprintf("created[gt]=%d", created):                        false,
		fmt.Sprintf("created[lt]=%d", created):                        false,
		fmt.Sprintf("created[gte]=%[1]d&created[lte]=%[1]d", created): true,
	} {
		response, body := e.ask(t, http.MethodGet, "/v1/customers?"+query, "", nil)
		require.Equal(t, http.StatusOK, response.StatusCode, query)
		require.Equal(t, found, strings.Contains(body, `"cus_`), query)
	}
}
