package bus_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestCancelingACallCancelsItsHandler(t *testing.T) {
	at := bustest.VHost(t)
	conn := bustest.Dial(t, at)
	began, ended := make(chan string, 10), make(chan string, 10)
	server := bus.NewServer(conn, bus.RPCWallet, 4)
	bus.Handle(server, contract.GetBalances, func(ctx context.Context, r contract.GetAccountRequest) (contract.Balances, error) {
		began <- r.AccountID
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
			if r.AccountID == "stays" {
				return contract.Balances{Data: make([]contract.Balance, 7)}, nil
			}
			<-ctx.Done()
		}
		ended <- r.AccountID
		return contract.Balances{}, ctx.Err()
	})
	listener := bus.NewListener(conn)
	server.HeedAbandoned(listener)
	bustest.Serve(t, server.Run)
	bustest.Serve(t, listener.Run)
	client, err := bus.NewClient(bustest.Dial(t, at))
	require.NoError(t, err)
	limited, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.Eventually(t, func() bool { // until the listener has subscribed
		ctx, goAway := context.WithCancel(limited)
		answered := make(chan error, 1)
		go func() {
			_, err := bus.Call(ctx, client, contract.GetBalances, contract.GetAccountRequest{AccountID: "goes"})
			answered <- err
		}()
		<-began
		goAway()
		require.True(t, apierror.Has(<-answered, apierror.ServiceUnavailable))
		select {
		case <-ended:
			return true
		case <-time.After(time.Second):
			return false
		}
	}, patience, often)

	balances, err := bus.Call(limited, client, contract.GetBalances, contract.GetAccountRequest{AccountID: "stays"})
	require.NoError(t, err)
	require.Len(t, balances.Data, 7)
}
