package runner_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/runner"
)

func freeAddr(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}

func start(t *testing.T, addr string, ready func(context.Context) error) {
	t.Helper()
	r := runner.New(slog.New(slog.DiscardHandler), addr)
	r.Ready("broker", ready)
	r.Go("wait", func(ctx context.Context) error { <-ctx.Done(); return nil })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	t.Cleanup(func() { stop(); require.NoError(t, <-ended) })
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", addr)
		return err == nil && conn.Close() == nil
	}, 5*time.Second, 5*time.Millisecond)
}

func TestHealthcheckPassesWhenTheServiceIsReady(t *testing.T) {
	addr := freeAddr(t)
	start(t, addr, func(context.Context) error { return nil })
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	for _, listening := range []string{addr, "0.0.0.0:" + port, ":" + port} {
		t.Setenv("INTERNAL_ADDR", listening)
		require.NoError(t, runner.Healthcheck(t.Context()), listening)
	}
}

func TestHealthcheckReportsWhatIsNotReady(t *testing.T) {
	addr := freeAddr(t)
	start(t, addr, func(context.Context) error { return errors.New("no connection") })
	t.Setenv("INTERNAL_ADDR", addr)
	require.EqualError(t, runner.Healthcheck(t.Context()), "not ready: broker: no connection")
}

func TestHealthcheckFailsWhenNothingListens(t *testing.T) {
	t.Setenv("INTERNAL_ADDR", freeAddr(t))
	require.ErrorContains(t, runner.Healthcheck(t.Context()), "refused")
	t.Setenv("INTERNAL_ADDR", "")
	require.ErrorContains(t, runner.Healthcheck(t.Context()), "INTERNAL_ADDR")
}
