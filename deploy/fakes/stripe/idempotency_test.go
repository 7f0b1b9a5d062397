package stripe_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	stripefake "github.com/mintfax/mintfax/deploy/fakes/stripe"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func TestARepeatedKeyIsAnsweredAsBefore(t *testing.T) {
	e := start(t)
	params := paymentParams(e.customer(t).ID)
	params.SetIdempotencyKey("checkout:1")
	first, err := e.stripe.CheckoutSessions.New(params)
	require.NoError(t, err)
	require.Empty(t, first.LastResponse.Header.Get("Idempotent-Replayed"))
	e.pay(t, first.URL, "4242424242424242")
	for range 3 { // the library encodes maps in any order
		again, err := e.stripe.CheckoutSessions.New(params)
		require.NoError(t, err)
		require.Equal(t, first.ID, again.ID)
		require.Equal(t, stripe.CheckoutSessionStatusOpen, again.Status, "the answer is the one of then")
		require.Equal(t, "true", again.LastResponse.Header.Get("Idempotent-Replayed"))
		require.Equal(t, first.LastResponse.RequestID, again.LastResponse.Header.Get("Original-Request"))
		require.NotEqual(t, first.LastResponse.RequestID, again.LastResponse.RequestID)
	}
	list := e.stripe.CheckoutSessions.List(&stripe.CheckoutSessionListParams{})
	require.True(t, list.Next())
	require.False(t, list.Next())
}

func TestAKeyIsForOneRequest(t *testing.T) {
	e := start(t)
	params := &stripe.CustomerParams{Name: stripe.String("Ada")}
	params.SetIdempotencyKey("k")
	created, err := e.stripe.Customers.New(params)
	require.NoError(t, err)

	params.Name = stripe.String("Grace")
	_, err = e.stripe.Customers.New(params)
	requireStripeError(t, err, http.StatusBadRequest, "")
	var answer *stripe.Error
	require.ErrorAs(t, err, &answer)
	require.Equal(t, stripe.ErrorTypeIdempotency, answer.Type)

	_, err = e.stripe.Customers.Update(created.ID, params)
	require.ErrorAs(t, err, &answer)
	require.Equal(t, stripe.ErrorTypeIdempotency, answer.Type)
}

func TestAKeyOfARequestThatWasNotUnderstoodIsFree(t *testing.T) {
	e := start(t)
	params := &stripe.CustomerParams{Email: stripe.String("ada")}
	params.SetIdempotencyKey("k")
	_, err := e.stripe.Customers.New(params)
	requireStripeError(t, err, http.StatusBadRequest, stripe.ErrorCodeEmailInvalid)
	params.Email = stripe.String("ada@example.com")
	_, err = e.stripe.Customers.New(params)
	require.NoError(t, err)
}

func TestOfManyAtOnceWithOneKeyOneIsDone(t *testing.T) {
	e := start(t)
	const callers = 20
	require.NoError(t, e.control.AddFault(t.Context(), control.Fault{PathPrefix: "/v1/customers", Count: callers, DelayMS: 50}))
	var mu sync.Mutex
	ids := map[string]int{}
	var refused []error
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			params := &stripe.CustomerParams{Name: stripe.String("Ada")}
			params.SetIdempotencyKey("k")
			created, err := e.stripe.Customers.New(params)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				ids[created.ID]++
				return
			}
			refused = append(refused, err)
		})
	}
	group.Wait()
	require.Len(t, ids, 1)
	for _, err := range refused {
		requireStripeError(t, err, http.StatusConflict, stripe.ErrorCodeIdempotencyKeyInUse)
	}
	require.NoError(t, e.control.ClearFaults(t.Context()))
	all := e.stripe.Customers.List(&stripe.CustomerListParams{})
	require.True(t, all.Next())
	require.False(t, all.Next())
}

func TestAKeyIsForgottenAfterADay(t *testing.T) {
	var passed atomic.Int64
	e := start(t, func(c *stripefake.Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	})
	params := &stripe.CustomerParams{Name: stripe.String("Ada")}
	params.SetIdempotencyKey("k")
	first, err := e.stripe.Customers.New(params)
	require.NoError(t, err)
	passed.Store(int64(23 * time.Hour))
	again, err := e.stripe.Customers.New(params)
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
	passed.Store(int64(24 * time.Hour))
	another, err := e.stripe.Customers.New(params)
	require.NoError(t, err)
	require.NotEqual(t, first.ID, another.ID)
}
