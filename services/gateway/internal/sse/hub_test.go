package sse_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/sse"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestThePagesOfAnAccountAreToldOfItsNewsAndNoOthers(t *testing.T) {
	at := bustest.VHost(t)
	hub, listener := sse.NewHub(), bus.NewListener(bustest.Dial(t, at))
	hub.Hear(listener)
	bustest.Serve(t, listener.Run)
	mine, leave, err := hub.Join("acct_1")
	require.NoError(t, err)
	also, leaveAlso, err := hub.Join("acct_1")
	require.NoError(t, err)
	others, leaveOthers, err := hub.Join("acct_2")
	require.NoError(t, err)
	defer leaveOthers()

	publisher, err := bus.NewPublisher(bustest.Dial(t, at))
	require.NoError(t, err)
	body := `{"tenant":{"account_id":"acct_1"},"fax_id":"fax_1","status":"delivered"}`
	tell := func() {
		require.NoError(t, publisher.PublishAll(t.Context(), []bus.Message{
			{ID: "1", Kind: bus.KindEvent, Name: string(contract.FaxDelivered), Body: []byte(body)},
		})[0])
	}
	for _, news := range []<-chan struct{}{mine, also} {
		require.Eventually(t, func() bool {
			tell() // until the listener is there
			select {
			case <-news:
				return true
			case <-time.After(100 * time.Millisecond):
				return false
			}
		}, 10*time.Second, time.Millisecond)
	}
	require.Empty(t, others)
	leave()
	leave()
	leaveAlso()
}

func TestOpenPagesAreBoundedAndEndWithTheHub(t *testing.T) {
	hub := sse.NewHub()
	_, leave, err := hub.Join("acct_1")
	require.NoError(t, err)
	for range 19 {
		_, _, err := hub.Join("acct_1")
		require.NoError(t, err)
	}
	_, _, err = hub.Join("acct_1")
	require.ErrorIs(t, err, sse.ErrFull)
	_, _, err = hub.Join("acct_2")
	require.NoError(t, err, "another account's pages are its own")
	leave()
	news, leave, err := hub.Join("acct_1")
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, hub.Run(ctx))
	_, open := <-news
	require.False(t, open)
	leave()
	_, _, err = hub.Join("acct_1")
	require.ErrorIs(t, err, sse.ErrFull)
}
