package stack_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/local"
)

// small is an instance of two services, one of them twice.
func small(t *testing.T, env map[string]map[string]string) stack.Options {
	t.Helper()
	addresses, err := local.TestAddresses()
	require.NoError(t, err)
	return stack.Options{
		Dir: t.TempDir(), Servers: addresses, Env: env,
		Services: slices.DeleteFunc(stack.Services(), func(s stack.Service) bool { return s.Name != stack.Gateway && s.Name != stack.Auth }),
		Replicas: map[string]int{stack.Auth: 2},
		Log:      func(line string) { t.Log(line) },
	}
}

func start(t *testing.T) *stack.Instance {
	t.Helper()
	instance, err := stack.Start(t.Context(), small(t, nil))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, instance.Close(t.Context())) })
	return instance
}

func TestStartReturnsWhenEveryReplicaIsReady(t *testing.T) {
	instance := start(t)
	require.Len(t, instance.Processes(), 3)
	for _, replica := range instance.Processes() {
		response, err := http.Get(replica.InternalURL() + "/readyz")
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, http.StatusOK, response.StatusCode)
	}
	require.Nil(t, instance.Process(stack.Auth, 3))
	require.FileExists(t, filepath.Join(instance.LogDir(), "auth-2.log"))
}

func TestTwoInstancesShareNothingAndCloseLeavesNothing(t *testing.T) {
	first, second := start(t), start(t)
	require.NotEqual(t, first.GatewayURL(), second.GatewayURL())
	for _, name := range []string{"DATABASE_URL", "AMQP_URL", "REDIS_URL", "DATABASE_URL_FAX_DISPATCH"} {
		require.NotEmpty(t, first.Env()[name], name)
		require.NotEqual(t, first.Env()[name], second.Env()[name], name)
	}
	requireDatabase(t, second.Env()["DATABASE_URL_AUTH"])
	config, err := pgx.ParseConfig(second.DatabaseURL())
	require.NoError(t, err)
	pid := second.Process(stack.Auth, 1).Pid()
	require.NoError(t, second.Close(t.Context()))

	require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH)
	require.Zero(t, rolesOf(t, config.Database))
	_, err = pgx.Connect(t.Context(), second.DatabaseURL())
	require.ErrorContains(t, err, "does not exist")
	require.Zero(t, redisSize(t, second.Env()["REDIS_URL"]))
	requireDatabase(t, first.Env()["DATABASE_URL_AUTH"])
}

func TestKilledReplicaIsStartedAgain(t *testing.T) {
	replica := start(t).Process(stack.Auth, 2)
	killed := replica.Pid()
	require.NoError(t, replica.Kill())
	require.Eventually(t, func() bool { return replica.Restarts() == 1 }, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, replica.AwaitReady(t.Context()))
	require.NotEqual(t, killed, replica.Pid())
}

func TestHaltedReplicaStaysDownUntilResumed(t *testing.T) {
	replica := start(t).Process(stack.Auth, 1)
	replica.Halt()
	require.Zero(t, replica.Pid())
	require.Error(t, replica.Kill())
	replica.Resume()
	require.NoError(t, replica.AwaitReady(t.Context()))
	require.Zero(t, replica.Restarts())
}

func TestServiceThatCannotStartIsNamedWithTheEndOfItsLog(t *testing.T) {
	options := small(t, map[string]map[string]string{stack.Auth: {"KEY_PEPPER": "short"}})
	_, err := stack.Start(t.Context(), options)
	require.ErrorContains(t, err, "auth-")
	require.ErrorContains(t, err, "KEY_PEPPER")
}

func TestSecretsSurviveARestart(t *testing.T) {
	options := small(t, nil)
	var before stack.Secrets
	for range 2 {
		instance, err := stack.Start(t.Context(), options)
		require.NoError(t, err)
		secrets := instance.Settings().Secrets
		require.NoError(t, instance.Close(t.Context()))
		if before.StripeKey != "" {
			require.Equal(t, before, secrets)
		}
		before = secrets
	}
	info, err := os.Stat(filepath.Join(options.Dir, "secrets.json"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func requireDatabase(t *testing.T, address string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
}

func rolesOf(t *testing.T, database string) int {
	t.Helper()
	addresses, err := local.TestAddresses()
	require.NoError(t, err)
	conn, err := pgx.Connect(t.Context(), addresses.Database)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	var count int
	query := `SELECT count(*) FROM pg_roles WHERE starts_with(rolname, $1)`
	require.NoError(t, conn.QueryRow(t.Context(), query, database+"_").Scan(&count))
	return count
}

func redisSize(t *testing.T, address string) int64 {
	t.Helper()
	options, err := redis.ParseURL(address)
	require.NoError(t, err)
	client := redis.NewClient(options)
	defer client.Close()
	size, err := client.DBSize(t.Context()).Result()
	require.NoError(t, err)
	return size
}
