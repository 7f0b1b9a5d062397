package runner_test

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/runner"
)

// 127.0.0.2 stands for the address of another network. Linux accepts connections at all of 127.0.0.0/8.
func TestOnlyTheFacingNetworkReachesTheInternalPort(t *testing.T) {
	_, port, err := net.SplitHostPort(freeAddr(t))
	require.NoError(t, err)
	t.Setenv("INTERNAL_FACING", "127.0.0.1:5672")
	t.Setenv("INTERNAL_ADDR", ":"+port)
	start(t, ":"+port, func(context.Context) error { return nil })
	require.NoError(t, runner.Healthcheck(t.Context()))
	_, err = net.Dial("tcp", "127.0.0.2:"+port)
	require.ErrorContains(t, err, "refused")

	t.Setenv("INTERNAL_FACING", "no port")
	require.ErrorContains(t, runner.Healthcheck(t.Context()), "INTERNAL_FACING")
}
