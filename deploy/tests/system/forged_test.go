package system_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

// Each forgery changes the session after it was paid, or never lets it be paid. Then everything that
// could fulfil it is tried: the event, the return page, and the sweep.
func TestWhatIsNotExactlyOurPaidSessionLeavesTheAccountUntouched(t *testing.T) {
	b := setup(t)
	require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Hold, 0))
	defer func() {
		require.NoError(t, b.stripe.Release(t.Context(), control.Shuffled, 1))
		require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Deliver, 0))
	}()
	stranger := b.account(t)
	strangersCheckout := b.checkout(t, stranger)
	for name, c := range map[string]struct {
		pay   bool
		patch map[string]any
	}{
		"unpaid session":             {false, nil},
		"complete but unpaid":        {false, map[string]any{"status": "complete"}},
		"no payment required":        {false, map[string]any{"status": "complete", "payment_status": "no_payment_required"}},
		"setup mode":                 {true, map[string]any{"mode": "setup"}},
		"expired":                    {false, map[string]any{"status": "expired"}},
		"wrong livemode":             {true, map[string]any{"livemode": true}},
		"a cent less":                {true, map[string]any{"amount_total": 999}},
		"a cent more":                {true, map[string]any{"amount_total": 1001}},
		"another currency":           {true, map[string]any{"currency": "eur"}},
		"another account's customer": {true, map[string]any{"customer": b.customer(t, stranger)}},
		"forged reference":           {true, map[string]any{"client_reference_id": "chk_0000000000000000000000"}},
		"forged metadata":            {true, map[string]any{"metadata": map[string]string{"account_id": stranger.ID}}},
		"without a payment":          {true, map[string]any{"payment_intent": nil}},
	} {
		t.Run(name, func(t *testing.T) {
			a := b.account(t)
			checkout := b.checkout(t, a)
			if c.pay {
				// Nobody may fulfil it before it is changed: the sweep waits four seconds.
				b.pay(t, checkout.URL, apiclient.CardPays, http.StatusSeeOther)
			}
			original := b.asItIs(t, a, checkout.ID)
			if c.patch != nil {
				require.NoError(t, b.stripe.PatchSession(t.Context(), checkout.ID, c.patch))
			}
			b.tryToFulfil(t, checkout.ID)
			b.untouched(t, a)
			b.untouched(t, stranger)
			if c.pay { // as it truly was, it counts: the refusals before did no harm
				require.NoError(t, b.stripe.PatchSession(t.Context(), checkout.ID, original))
				b.tryToFulfil(t, checkout.ID)
				require.Equal(t, 1, b.bought(t, a).payments)
			}
		})
	}
	b.tryToFulfil(t, strangersCheckout.ID)
	b.untouched(t, stranger)
}

func (b bench) tryToFulfil(t *testing.T, sessionID string) {
	t.Helper()
	status, err := b.stripe.SendEvent(t.Context(), control.Crafted{Type: "checkout.session.completed", ObjectID: sessionID})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, "a refusal is ours to see, not Stripe's to repeat")
	_, err = b.Visit(t.Context(), b.BaseURL+"/checkout/return?session_id="+sessionID)
	require.NoError(t, err)
}

func (b bench) customer(t *testing.T, a apiclient.Account) (id string) {
	t.Helper()
	require.NoError(t, b.db.QueryRow(t.Context(), `SELECT stripe_customer_id FROM billing.customers WHERE account_id = $1`, a.ID).Scan(&id))
	return id
}

// asItIs is a paid session of ours, as Stripe would describe it.
func (b bench) asItIs(t *testing.T, a apiclient.Account, sessionID string) map[string]any {
	t.Helper()
	var checkout string
	require.NoError(t, b.db.QueryRow(t.Context(), `SELECT id FROM billing.checkouts WHERE stripe_session_id = $1`, sessionID).Scan(&checkout))
	original := map[string]any{
		"mode": "payment", "status": "complete", "payment_status": "paid", "livemode": false, "amount_total": 1000, "currency": "usd",
		"customer": b.customer(t, a), "client_reference_id": checkout, "metadata": map[string]string{"account_id": a.ID, "checkout_id": checkout},
	}
	charges, err := b.stripe.Charges(t.Context())
	require.NoError(t, err)
	for _, charge := range charges {
		if charge.SessionID == sessionID {
			original["payment_intent"] = charge.PaymentIntent
		}
	}
	return original
}

func TestEventsThatStripeDidNotSendNowAreRefusedOrHarmless(t *testing.T) {
	b := setup(t)
	require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Hold, 0))
	defer func() {
		require.NoError(t, b.stripe.Release(t.Context(), control.AsIs, 0))
		require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Deliver, 0))
	}()
	a := b.account(t)
	unpaid := b.checkout(t, a)
	for name, c := range map[string]struct {
		event  control.Crafted
		status int
	}{
		"unsigned":         {control.Crafted{ObjectID: unpaid.ID, Signature: control.Signature{Omit: true}}, http.StatusBadRequest},
		"wrong secret":     {control.Crafted{ObjectID: unpaid.ID, Signature: control.Signature{Secret: "whsec_wrong"}}, http.StatusBadRequest},
		"garbled":          {control.Crafted{ObjectID: unpaid.ID, Signature: control.Signature{Header: "t=1,v1=zz"}}, http.StatusBadRequest},
		"stale":            {control.Crafted{ObjectID: unpaid.ID, Signature: control.Signature{OffsetSeconds: -400}}, http.StatusBadRequest},
		"from the future":  {control.Crafted{ObjectID: unpaid.ID, Signature: control.Signature{OffsetSeconds: 400}}, http.StatusBadRequest},
		"unknown session":  {control.Crafted{Object: []byte(`{"id":"cs_test_unknown","object":"checkout.session"}`)}, http.StatusOK},
		"wrong livemode":   {control.Crafted{ObjectID: unpaid.ID, Livemode: true}, http.StatusOK},
		"another version":  {control.Crafted{ObjectID: unpaid.ID, APIVersion: "2020-08-27"}, http.StatusOK},
		"too large a body": {control.Crafted{Body: string(make([]byte, 300<<10))}, http.StatusRequestEntityTooLarge},
	} {
		c.event.Type = "checkout.session.completed"
		status, err := b.stripe.SendEvent(t.Context(), c.event)
		require.NoError(t, err, name)
		require.Equal(t, c.status, status, name)
		b.untouched(t, a)
	}
	// A paid order's event, replayed, pays for that order and no other.
	paid := b.account(t)
	checkout := b.checkout(t, paid)
	b.pay(t, checkout.URL, apiclient.CardPays, http.StatusSeeOther)
	event := b.paidEvent(t, checkout.ID)
	for range 3 {
		_, err := b.stripe.Resend(t.Context(), event, 2)
		require.NoError(t, err)
	}
	require.Equal(t, 1, b.bought(t, paid).payments)
	b.untouched(t, a)
}
