package faults_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/local"
	"github.com/mintfax/mintfax/deploy/tests/invariants"
	"github.com/mintfax/mintfax/deploy/tests/load"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// What all tests of the package break: servers of their own, proxies before them, and an instance whose
// programs can be killed at their crash points. The tests run one after the other.
var (
	set      *local.Servers
	front    *proxies
	instance *stack.Instance
	crashDir string // a directory with one of each service, for its armed crash points
)

// patience is how long a customer goes on trying: longer than any outage here.
const patience = 180 * time.Second

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "fault tests: run them with `make test`, which installs the servers:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "mintfax-faults-")
	if err != nil {
		return 1, err
	}
	defer func() {
		if code != 0 || err != nil {
			fmt.Println("the logs are in", dir)
			return
		}
		err = os.RemoveAll(dir)
	}()
	tell := func(line string) { fmt.Println(time.Now().Format("15:04:05"), line) }
	if set, err = local.StartServers(ctx, local.ServerOptions{Dir: filepath.Join(dir, "servers"), Ephemeral: true, Durable: true, Log: tell}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, set.Stop()) }()
	if front, err = newProxies(set.Addresses()); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, front.close()) }()
	crashDir = filepath.Join(dir, "crash")
	env, err := environment()
	if err != nil {
		return 1, err
	}
	instance, err = stack.Start(ctx, stack.Options{
		Dir: filepath.Join(dir, "instance"), Servers: front.frontAddresses(), Log: tell, Env: env,
		Replicas: map[string]int{stack.Gateway: 2}, BuildFlags: []string{"-tags=crashpoint"},
	})
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, instance.Close(ctx)) }()
	return m.Run(), nil
}

func environment() (map[string]map[string]string, error) {
	env := map[string]map[string]string{
		stack.Billing: {"SWEEP_INTERVAL": "1s", "SWEEP_AGE": "4s"},
		stack.Gateway: {"LIMIT_ADDRESS_PER_MINUTE": "1000000", "LIMIT_KEY_PER_MINUTE": "1000000", "LIMIT_REGISTRATIONS_PER_HOUR": "1000000"},
	}
	for service := range crashpoint.Places() {
		dir := filepath.Join(crashDir, service)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		if env[service] == nil {
			env[service] = map[string]string{}
		}
		env[service]["CRASHPOINT_DIR"] = dir
	}
	return env, nil
}

// underTraffic has customers at work while something breaks, and afterwards holds that every promise
// was kept and every invariant holds.
func underTraffic(t *testing.T, rates load.Rates, breakThings func(customers *load.Traffic)) {
	t.Helper()
	client, err := load.Client(t.Context(), instance)
	require.NoError(t, err)
	customers, err := load.Start(t.Context(), client, rates, patience)
	require.NoError(t, err)
	t.Cleanup(func() { customers.Stop() }) // a test that has failed must not trouble the next one
	time.Sleep(time.Second)
	breakThings(customers)
	time.Sleep(time.Second)
	for _, line := range customers.Stop() {
		t.Log(line)
	}
	t.Logf("%d faxes accepted, %d packages paid", customers.Accepted(), customers.Paid())
	require.Positive(t, customers.Accepted())
	verify(t, customers)
}

func verify(t *testing.T, customers *load.Traffic) {
	t.Helper()
	env := instance.Env()
	broken, err := invariants.Check(t.Context(), invariants.Sources{
		DatabaseURL: instance.DatabaseURL(), AMQPURL: env["AMQP_URL"], EmulatorURL: env["STRIPE_API_URL"], Quiet: 5 * time.Minute, // a message that failed often waits for long
	})
	require.NoError(t, err)
	require.Empty(t, broken)
	db, err := pgxpool.New(t.Context(), instance.DatabaseURL())
	require.NoError(t, err)
	defer db.Close()
	broken, err = customers.Verify(t.Context(), db)
	require.NoError(t, err)
	require.Empty(t, broken)
}

func awaitReady(t *testing.T) {
	t.Helper()
	for _, replica := range instance.Processes() {
		require.NoError(t, replica.AwaitReady(t.Context()))
	}
}

func stripe() *control.Client { return control.New(instance.Env()["STRIPE_API_URL"]) }

// random returns a source whose seed is printed. MINTFAX_SEED repeats a run.
func random(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv("MINTFAX_SEED"); text != "" {
		_, err := fmt.Sscan(text, &seed)
		require.NoError(t, err)
	}
	t.Logf("MINTFAX_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}
