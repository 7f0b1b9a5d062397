package stripe_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	stripefake "github.com/mintfax/mintfax/deploy/fakes/stripe"
)

func TestEventsAreWhatStripesLibraryBelieves(t *testing.T) {
	e := start(t)
	id := e.buy(t)
	event := e.hook.await(t, "checkout.session.completed", 1)[0]
	require.Regexp(t, `^evt_[A-Za-z0-9_]+$`, event.ID)
	require.Equal(t, "event", event.Object)
	require.Equal(t, stripe.APIVersion, event.APIVersion)
	require.False(t, event.Livemode)
	require.NotNil(t, event.Request)
	require.Equal(t, "checkout.session", event.Data.Object["object"])
	require.Equal(t, id, event.Data.Object["id"])
	require.Equal(t, "paid", event.Data.Object["payment_status"], "the object is as it was after the payment")
	require.WithinDuration(t, time.Now(), time.Unix(event.Created, 0), time.Minute)
	require.Empty(t, e.hook.bad)

	kept, err := e.stripe.Events.Get(event.ID, nil)
	require.NoError(t, err)
	require.Equal(t, event.Type, kept.Type)
}

func TestAnEventIsSentUntilItIsTaken(t *testing.T) {
	e := start(t)
	e.hook.answer(http.StatusInternalServerError)
	e.buy(t)
	refused := e.hook.await(t, "checkout.session.completed", 1)[0]
	e.hook.answer(http.StatusOK)
	again := e.hook.await(t, "checkout.session.completed", 2)
	require.Equal(t, refused.ID, again[1].ID)
	require.Eventually(t, func() bool {
		deliveries := e.eventOf(t, "checkout.session.completed").Deliveries
		last := len(deliveries) - 1 // how many were refused depends on how soon the endpoint changed its mind
		return last > 0 && deliveries[0].Status == 500 && deliveries[last].Status == 200
	}, 30*time.Second, 10*time.Millisecond)
	kept, err := e.stripe.Events.Get(refused.ID, nil)
	require.NoError(t, err)
	require.Zero(t, kept.PendingWebhooks)
}

func TestCloseEndsTheDeliveries(t *testing.T) {
	emulator := stripefake.New(stripefake.Config{
		PublicURL: "http://127.0.0.1:1", SecretKey: secretKey, WebhookURL: "http://127.0.0.1:1", WebhookSecret: webhookSecret,
	})
	emulator.Close()
	emulator.Close()
}
