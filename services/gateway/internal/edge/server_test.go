package edge

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServerIsNotReadyBeforeItListens(t *testing.T) {
	held, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := New(Config{Addr: held.Addr().String(), Connections: 10, PerAddress: 10}, nil)
	require.ErrorContains(t, server.Run(t.Context()), "HTTP_ADDR")
	require.ErrorContains(t, server.Ready(t.Context()), "does not listen")

	require.NoError(t, held.Close())
	ctx, stop := context.WithCancel(t.Context())
	stop()
	require.NoError(t, server.Run(ctx))
	require.NoError(t, server.Ready(t.Context()))
}
