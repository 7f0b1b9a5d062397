package dashboard_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestOnlySubscribersOfTheAccountAreNotified(t *testing.T) {
	at := bustest.VHost(t)
	hub, listener := dashboard.NewHub(), bus.NewListener(bustest.Dial(t, at))
	hub.Listen(listener)
	bustest.Serve(t, listener.Run)
	mine, unsubscribe, err := hub.Subscribe("acct_1")
	require.NoError(t, err)
	also, unsubscribeAlso, err := hub.Subscribe("acct_1")
	require.NoError(t, err)
	others, unsubscribeOthers, err := hub.Subscribe("acct_2")
	require.NoError(t, err)
	defer unsubscribeOthers()

	publisher, err := bus.NewPublisher(bustest.Dial(t, at))
	require.NoError(t, err)
	body := `{"tenant":{"account_id":"acct_1"},"fax_id":"fax_1","status":"delivered"}`
	publish := func() {
		require.NoError(t, publisher.PublishAll(t.Context(), []bus.Message{
			{ID: "1", Kind: bus.KindEvent, Name: string(contract.FaxDelivered), Body: []byte(body)},
		})[0])
	}
	for _, changes := range []<-chan struct{}{mine, also} {
		require.Eventually(t, func() bool {
			publish() // until the listener is there
			select {
			case <-changes:
				return true
			case <-time.After(100 * time.Millisecond):
				return false
			}
		}, 10*time.Second, time.Millisecond)
	}
	require.Empty(t, others)
	unsubscribe()
	unsubscribe()
	unsubscribeAlso()
}

func TestSubscribersAreBoundedAndCloseWithTheHub(t *testing.T) {
	hub := dashboard.NewHub()
	_, unsubscribe, err := hub.Subscribe("acct_1")
	require.NoError(t, err)
	for range 19 {
		_, _, err := hub.Subscribe("acct_1")
		require.NoError(t, err)
	}
	_, _, err = hub.Subscribe("acct_1")
	require.ErrorIs(t, err, dashboard.ErrFull)
	_, _, err = hub.Subscribe("acct_2")
	require.NoError(t, err, "another account's pages are its own")
	unsubscribe()
	changes, unsubscribe, err := hub.Subscribe("acct_1")
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, hub.Run(ctx))
	_, open := <-changes
	require.False(t, open)
	unsubscribe()
	_, _, err = hub.Subscribe("acct_1")
	require.ErrorIs(t, err, dashboard.ErrFull)
}
