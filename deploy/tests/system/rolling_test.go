package system_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/tests/invariants"
	"github.com/mintfax/mintfax/deploy/tests/load"
)

func TestARollingRestartLosesNoRequest(t *testing.T) { rollingRestart(t, 1) }

const (
	stopLimit     = 15 * time.Second // of every service
	callsPatience = time.Minute
)

// rollingRestart restarts each process of each service in turn, the other one of two always running.
func rollingRestart(t *testing.T, rounds int) {
	t.Helper()
	b := setup(t)
	client, err := load.Client(t.Context(), instance)
	require.NoError(t, err)
	customers, err := load.Start(t.Context(), client, load.Rates{Faxes: 20, Purchases: 2, Reads: 100}, callsPatience)
	require.NoError(t, err)
	var longest time.Duration
	for range rounds {
		for _, service := range []string{stack.Gateway, stack.Auth, stack.Billing, stack.Wallet, stack.FaxDispatch} {
			for n := 1; n <= 2; n++ {
				longest = max(longest, restart(t, instance.Process(service, n)))
			}
		}
	}
	for _, line := range customers.Stop() {
		t.Log(line)
	}
	t.Logf("the longest stop took %s; %d faxes accepted, %d packages paid", longest.Round(time.Millisecond), customers.Accepted(), customers.Paid())
	require.Zero(t, customers.Lost(), "requests without an answer")
	require.Less(t, longest, stopLimit)
	b.hold(t, customers)
}

func restart(t *testing.T, replica *stack.Replica) time.Duration {
	t.Helper()
	began := time.Now()
	replica.Halt()
	took := time.Since(began)
	replica.Resume()
	require.NoError(t, replica.AwaitReady(t.Context()))
	time.Sleep(300 * time.Millisecond) // until the load balancer has noticed
	return took
}

func (b bench) hold(t *testing.T, customers *load.Traffic) {
	t.Helper()
	env := instance.Env()
	broken, err := invariants.Check(t.Context(), invariants.Sources{
		DatabaseURL: instance.DatabaseURL(), AMQPURL: env["AMQP_URL"], EmulatorURL: env["STRIPE_API_URL"], Quiet: time.Minute,
	})
	require.NoError(t, err)
	require.Empty(t, broken)
	broken, err = customers.Verify(t.Context(), b.db)
	require.NoError(t, err)
	require.Empty(t, broken)
}
