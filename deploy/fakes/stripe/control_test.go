package stripe_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func TestHeldEventsWaitForTheirRelease(t *testing.T) {
	for _, order := range []control.Order{control.AsIs, control.Reversed, control.Shuffled} {
		t.Run(string(order), func(t *testing.T) {
			e := start(t)
			require.NoError(t, e.control.SetDelivery(t.Context(), control.Hold, 0))
			e.buy(t)
			held := e.events(t)
			require.NotEmpty(t, held)
			for _, event := range held {
				require.Empty(t, event.Deliveries, event.Type)
			}
			require.NoError(t, e.control.Release(t.Context(), order, 7))
			got := e.hook.ids()
			require.Len(t, got, len(held))
			want := make([]string, len(held))
			for i, event := range held {
				want[i] = event.ID
				if order == control.Reversed {
					want[i] = held[len(held)-1-i].ID
				}
			}
			require.ElementsMatch(t, want, got)
			if order != control.Shuffled {
				require.Equal(t, want, got)
			}
			require.NoError(t, e.control.Release(t.Context(), order, 7))
			require.Len(t, e.hook.ids(), len(held), "released once")
		})
	}
}

func TestDroppedEventsComeOnlyWhenSentAgain(t *testing.T) {
	e := start(t)
	require.NoError(t, e.control.SetDelivery(t.Context(), control.Drop, 0))
	e.buy(t)
	require.NoError(t, e.control.Release(t.Context(), control.AsIs, 0))
	require.Empty(t, e.hook.ids())
	id := e.eventOf(t, "checkout.session.completed").ID
	statuses, err := e.control.Resend(t.Context(), id, 3)
	require.NoError(t, err)
	require.Equal(t, []int{200, 200, 200}, statuses)
	require.Equal(t, []string{id, id, id}, e.hook.ids())
	require.Len(t, e.eventOf(t, "checkout.session.completed").Deliveries, 3)
	_, err = e.control.Resend(t.Context(), "evt_unknown", 1)
	require.Error(t, err)
}

func TestDuplicatesAreDeliveredBesideTheFirst(t *testing.T) {
	e := start(t)
	require.NoError(t, e.control.SetDelivery(t.Context(), control.Deliver, 2))
	e.buy(t)
	copies := e.hook.await(t, "checkout.session.completed", 3)
	require.Len(t, copies, 3)
	require.Equal(t, copies[0].ID, copies[1].ID)
	require.Equal(t, copies[0].ID, copies[2].ID)
}

func TestASessionCanBeForged(t *testing.T) {
	e := start(t)
	id := e.buy(t)
	require.NoError(t, e.control.PatchSession(t.Context(), id, map[string]any{
		"amount_total": 1999, "currency": "eur", "livemode": true, "payment_status": "unpaid", "status": "open", "mode": "setup",
		"customer": "cus_other", "client_reference_id": "chk_other", "metadata": map[string]string{"account_id": "acct_2"},
		"payment_intent": nil,
	}))
	session, err := e.stripe.CheckoutSessions.Get(id, nil)
	require.NoError(t, err)
	require.Equal(t, int64(1999), session.AmountTotal)
	require.Equal(t, stripe.CurrencyEUR, session.Currency)
	require.True(t, session.Livemode)
	require.Equal(t, stripe.CheckoutSessionPaymentStatusUnpaid, session.PaymentStatus)
	require.Equal(t, stripe.CheckoutSessionStatusOpen, session.Status)
	require.Equal(t, stripe.CheckoutSessionModeSetup, session.Mode)
	require.Equal(t, "cus_other", session.Customer.ID)
	require.Equal(t, "chk_other", session.ClientReferenceID)
	require.Equal(t, map[string]string{"account_id": "acct_2"}, session.Metadata)
	require.Nil(t, session.PaymentIntent)

	require.NoError(t, e.control.PatchSession(t.Context(), id, map[string]any{"customer": nil}))
	require.Error(t, e.control.PatchSession(t.Context(), id, map[string]any{"amount": 1}), "unknown properties are refused")
	require.Error(t, e.control.PatchSession(t.Context(), id, map[string]any{"amount_total": "1"}))
	require.Error(t, e.control.PatchSession(t.Context(), "cs_test_unknown", map[string]any{"status": "open"}))
}

func TestCraftedEventsAreSignedAsAsked(t *testing.T) {
	e := start(t)
	id := e.payment(t).ID
	for name, c := range map[string]struct {
		signature control.Signature
		want      int
	}{
		"well":             {control.Signature{}, http.StatusOK},
		"a little old":     {control.Signature{OffsetSeconds: -200}, http.StatusOK},
		"stale":            {control.Signature{OffsetSeconds: -600}, http.StatusBadRequest},
		"another's secret": {control.Signature{Secret: "whsec_other"}, http.StatusBadRequest},
		"not at all":       {control.Signature{Omit: true}, http.StatusBadRequest},
	} {
		status, err := e.control.SendEvent(t.Context(), control.Crafted{
			Type: "checkout.session.completed", ObjectID: id, Signature: c.signature,
		})
		require.NoError(t, err, name)
		require.Equal(t, c.want, status, name)
	}
	require.Equal(t, id, e.hook.of("checkout.session.completed")[0].Data.Object["id"])

	status, err := e.control.SendEvent(t.Context(), control.Crafted{
		Type: "made.up", Object: []byte(`{"id":"x_1","object":"thing"}`), Livemode: true,
	})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	made := e.hook.of("made.up")[0]
	require.True(t, made.Livemode)
	require.Equal(t, "thing", made.Data.Object["object"])
	status, err = e.control.SendEvent(t.Context(), control.Crafted{Type: "made.up", ObjectID: id, APIVersion: "2019-01-01"})
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, status, "the library refuses another version")
	_, err = e.control.SendEvent(t.Context(), control.Crafted{Type: "made.up", ObjectID: "cs_test_unknown"})
	require.Error(t, err)
}

func TestFaultsHitWhatTheyName(t *testing.T) {
	e := start(t)
	require.NoError(t, e.control.AddFault(t.Context(), control.Fault{
		Method: http.MethodPost, PathPrefix: "/v1/customers", Count: 2, Status: http.StatusServiceUnavailable,
	}))
	for range 2 {
		_, err := e.stripe.Customers.New(&stripe.CustomerParams{})
		requireStripeError(t, err, http.StatusServiceUnavailable, "")
	}
	customer := e.customer(t)

	require.NoError(t, e.control.AddFault(t.Context(), control.Fault{PathPrefix: "/v1/checkout/sessions", DropAfterEffect: true}))
	params := paymentParams(customer.ID)
	params.SetIdempotencyKey("once")
	_, err := e.stripe.CheckoutSessions.New(params)
	require.Error(t, err, "the answer is lost")
	again, err := e.stripe.CheckoutSessions.New(params)
	require.NoError(t, err)
	require.Equal(t, "true", again.LastResponse.Header.Get("Idempotent-Replayed"), "but the session was made")

	for _, wrong := range []control.Fault{{}, {Status: 200}, {Status: 500, DelayMS: 1}, {Count: -1, Status: 500}, {DelayMS: -1}} {
		require.Error(t, e.control.AddFault(t.Context(), wrong))
	}
}

func TestARequestThatTakesLongKeepsItsKeyFromOthers(t *testing.T) {
	e := start(t)
	require.NoError(t, e.control.AddFault(t.Context(), control.Fault{PathPrefix: "/v1/customers", DelayMS: 60000}))
	create := func(ctx context.Context) (*stripe.Customer, error) {
		params := &stripe.CustomerParams{Name: stripe.String("Ada")}
		params.Context = ctx
		params.SetIdempotencyKey("slow")
		return e.stripe.Customers.New(params)
	}
	patience, giveUp := context.WithCancel(t.Context())
	outcome := make(chan error, 1)
	go func() {
		_, err := create(patience)
		outcome <- err
	}()
	require.Eventually(t, func() bool { // until the first one has met the delay
		waiting, err := e.control.Faults(t.Context())
		return err == nil && len(waiting) == 0
	}, 30*time.Second, time.Millisecond)
	require.Eventually(t, func() bool { return isConflict(create(t.Context())) }, 30*time.Second, time.Millisecond)

	giveUp()
	require.ErrorIs(t, <-outcome, context.Canceled)
	var again *stripe.Customer
	require.Eventually(t, func() bool {
		var err error
		again, err = create(t.Context())
		return err == nil
	}, 30*time.Second, 5*time.Millisecond)
	require.Equal(t, "true", again.LastResponse.Header.Get("Idempotent-Replayed"), "that its caller has gone does not undo it")
}

func isConflict(_ *stripe.Customer, err error) bool {
	var answer *stripe.Error
	return errors.As(err, &answer) && answer.HTTPStatusCode == http.StatusConflict &&
		answer.Code == stripe.ErrorCodeIdempotencyKeyInUse
}

func TestChargesTellWhoPaid(t *testing.T) {
	e := start(t)
	id := e.buy(t)
	charges := e.charges(t)
	require.Len(t, charges, 1)
	require.Equal(t, int64(2000), charges[0].Amount)
	require.Equal(t, "usd", charges[0].Currency)
	require.Equal(t, "acct_1", charges[0].AccountID)
	require.Equal(t, id, charges[0].SessionID)
	require.Equal(t, e.session(t, id).Customer.ID, charges[0].Customer)
}
