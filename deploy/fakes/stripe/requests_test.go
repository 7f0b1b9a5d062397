package stripe_test

import (
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	stripefake "github.com/mintfax/mintfax/deploy/fakes/stripe"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func TestRequestsAreCountedInTheSecondTheyCome(t *testing.T) {
	var clock atomic.Int64
	clock.Store(1_900_000_000)
	e := start(t, func(c *stripefake.Config) { c.Now = func() time.Time { return time.Unix(clock.Load(), 0) } })
	for range 3 {
		e.customer(t)
	}
	clock.Add(2)
	require.NoError(t, e.control.AddFault(t.Context(), control.Fault{Status: http.StatusTooManyRequests}))
	_, err := e.stripe.Customers.Get("cus_1", nil)
	require.Error(t, err)
	_, err = stripeClient(e.url, "sk_test_wrong").Customers.Get("cus_1", nil)
	require.Error(t, err)
	counted, err := e.control.Requests(t.Context())
	require.NoError(t, err)
	require.Equal(t, control.Requests{
		Total: 5, BySecond: []control.Second{{At: 1_900_000_000, Requests: 3}, {At: 1_900_000_002, Requests: 2}},
	}, counted, "refused and disturbed ones as well, and no controls")
	require.EqualValues(t, 3, counted.Most())

	latest, err := e.control.LatestRequests(t.Context())
	require.NoError(t, err)
	require.Len(t, latest, 5)
	require.Equal(t, "POST /v1/customers", latest[0].Method+" "+latest[0].Path)
	said, err := url.ParseQuery(latest[0].Params)
	require.NoError(t, err)
	require.Equal(t, "Ada", said.Get("name"))
	require.NotEmpty(t, latest[0].IdempotencyKey)
	require.Empty(t, latest[3].Params)

	require.NoError(t, e.control.ClearRequests(t.Context()))
	counted, err = e.control.Requests(t.Context())
	require.NoError(t, err)
	require.Zero(t, counted.Total)
	require.Zero(t, counted.Most())
}

func TestOnlyEventsOfTheGivenTypesAreWithheld(t *testing.T) {
	e := start(t)
	require.NoError(t, e.control.SetDeliveryOf(t.Context(), control.Hold, "charge.refunded", "refund.created"))
	charge := e.charge(t, "4242424242424242")
	_, err := e.control.Refund(t.Context(), control.Refund{Charge: charge.ID})
	require.NoError(t, err)
	_, err = e.control.OpenDispute(t.Context(), control.Dispute{Charge: e.charge(t, "4242424242424242").ID})
	require.NoError(t, err)
	e.hook.await(t, "checkout.session.completed", 2)
	e.hook.await(t, "charge.dispute.created", 1) // made after the refund, and there before it
	require.Empty(t, e.hook.of("charge.refunded"))
	require.Equal(t, control.Held, e.eventOf(t, "refund.created").Status)
	require.NoError(t, e.control.Release(t.Context(), control.Reversed, 0))
	e.hook.await(t, "refund.created", 1)
	ids := e.hook.ids()
	earlier, later := slices.Index(ids, e.eventOf(t, "refund.created").ID), slices.Index(ids, e.eventOf(t, "charge.refunded").ID)
	require.Greater(t, earlier, later, "the earlier one last")
}
