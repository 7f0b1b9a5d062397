package stripe_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func TestListsExpandTheirElementsAndNullStaysNull(t *testing.T) {
	e := start(t)
	e.buy(t)
	e.payment(t)
	params := &stripe.CheckoutSessionListParams{}
	params.AddExpand("data.payment_intent.latest_charge")
	params.AddExpand("data.line_items")
	params.AddExpand("data.setup_intent")
	all := e.stripe.CheckoutSessions.List(params)
	require.True(t, all.Next())
	require.Nil(t, all.CheckoutSession().PaymentIntent)
	require.Len(t, all.CheckoutSession().LineItems.Data, 1)
	require.True(t, all.Next())
	require.True(t, all.CheckoutSession().PaymentIntent.LatestCharge.Paid)
	require.Nil(t, all.CheckoutSession().SetupIntent)
}

func TestAPathThatLeadsNowhereIsRefusedBeforeAnythingIsDone(t *testing.T) {
	e := start(t)
	params := paymentParams(e.customer(t).ID)
	params.AddExpand("payment_intent.nothing") // although there is no payment intent yet
	_, err := e.stripe.CheckoutSessions.New(params)
	requireStripeError(t, err, http.StatusBadRequest, "")
	require.False(t, e.stripe.CheckoutSessions.List(&stripe.CheckoutSessionListParams{}).Next())
}

func TestFaultsThatWaitAreShownAndTakenBack(t *testing.T) {
	e := start(t)
	fault := control.Fault{PathPrefix: "/v1/", Count: 2, Status: http.StatusTooManyRequests}
	require.NoError(t, e.control.AddFault(t.Context(), fault))
	_, err := e.stripe.Customers.New(&stripe.CustomerParams{})
	requireStripeError(t, err, http.StatusTooManyRequests, stripe.ErrorCodeRateLimit)
	fault.Count = 1
	waiting, err := e.control.Faults(t.Context())
	require.NoError(t, err)
	require.Equal(t, []control.Fault{fault}, waiting)
	require.NoError(t, e.control.ClearFaults(t.Context()))
	e.customer(t)
}
