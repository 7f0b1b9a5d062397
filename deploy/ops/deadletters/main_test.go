package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestADeadMessageIsShownAndHandledAnewAfterItsReplay(t *testing.T) {
	at := bustest.VHost(t)
	t.Setenv("AMQP_URL", at)
	conn := bustest.Dial(t, at)
	publisher, err := bus.NewPublisher(conn)
	require.NoError(t, err)
	require.NoError(t, publisher.PublishWork(t.Context(), "msg_1", string(contract.DispatchFax), []byte(`{"fax_id":"fax_1","attempt_number":1}`)))

	stop := consume(t, at, func() error { return bus.Permanent(errors.New("no such fax")) })
	require.Eventually(t, func() bool { return strings.Contains(command(t, "list"), "no such fax") }, 20*time.Second, 50*time.Millisecond)
	stop()
	shown := command(t, "list")
	require.Contains(t, shown, "work.fax.dispatch")
	require.Contains(t, shown, "msg_1")

	require.Equal(t, "1 messages put back into work.fax.dispatch\n", command(t, "replay", "work.fax.dispatch"))
	handled := make(chan struct{}, 1)
	consume(t, at, func() error { handled <- struct{}{}; return nil })
	select {
	case <-handled:
	case <-time.After(20 * time.Second):
		require.Fail(t, "the replayed message was not handled")
	}
	require.Empty(t, command(t, "list"))
}

func TestWithoutAnAddressOrWithAnUnknownQueueItSaysSo(t *testing.T) {
	t.Setenv("AMQP_URL", "")
	require.ErrorContains(t, run(t.Context(), []string{"list"}, nil), "usage")
	t.Setenv("AMQP_URL", bustest.VHost(t))
	require.ErrorContains(t, run(t.Context(), []string{"replay", "rpc.auth"}, new(strings.Builder)), "keeps no dead letters")
}

func command(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, run(t.Context(), args, &out))
	return out.String()
}

func consume(t *testing.T, at string, handle func() error) (stop func()) {
	t.Helper()
	consumer := bus.NewConsumer(bustest.Dial(t, at), bus.WorkFaxDispatch, 1)
	bus.OnWork(consumer, contract.DispatchFax, func(context.Context, string, contract.DispatchFaxWork) error { return handle() })
	return bustest.Serve(t, consumer.Run)
}
