package carriers_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/carriers"
	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/load"
)

// bench is an instance whose dispatchers may be killed and whose carriers are fakes.
type bench struct {
	instance *stack.Instance
	client   *apiclient.Client
	fakes    carriers.Control
	db       *pgxpool.Pool
	arms     string // where a file named as a point has the next dispatcher die there
}

// start runs an instance with so many dispatchers and wallets.
func start(t *testing.T, processes int, routes string) bench {
	t.Helper()
	dir := t.TempDir()
	arms := filepath.Join(dir, "crash")
	require.NoError(t, os.Mkdir(arms, 0o700))
	instance, err := stack.Start(t.Context(), stack.Options{
		Dir: filepath.Join(dir, "instance"), BuildFlags: []string{"-tags=crashpoint"}, Log: func(line string) { t.Log(line) },
		Replicas: map[string]int{stack.FaxDispatch: processes, stack.Wallet: processes}, LiveCarrier: routes,
		Env: map[string]map[string]string{
			stack.Gateway: {"LIMIT_ADDRESS_PER_MINUTE": "1000000", "LIMIT_KEY_PER_MINUTE": "1000000", "LIMIT_REGISTRATIONS_PER_HOUR": "1000000"},
			stack.FaxDispatch: {
				"WATCHDOG_AGE": "10s", "CRASHPOINT_DIR": arms, "RETRY_LINE_QUALITY": "1s", "RETRY_CARRIER_AWAY": "5s tries=100",
			},
		},
	})
	require.NoError(t, err, "run the tests with `make test`, which starts the servers")
	t.Cleanup(func() { require.NoError(t, instance.Close(context.WithoutCancel(t.Context()))) })
	db, err := pgxpool.New(t.Context(), instance.DatabaseURL())
	require.NoError(t, err)
	t.Cleanup(db.Close)
	client, err := load.Client(t.Context(), instance)
	require.NoError(t, err)
	return bench{instance, client, carriers.Control{URL: instance.Env()["CARRIER_FAKES_URL"]}, db, arms}
}

// live registers an account, buys as many credits as so many pages cost, and returns a key that can send.
func (b bench) live(t *testing.T, pages int) (key string) {
	t.Helper()
	account, err := b.client.Register(t.Context(), "Campaign", "campaign@carriers.example")
	require.NoError(t, err)
	for bought := 0; bought < pages*6; bought += 25_000 {
		checkout, err := b.client.OpenCheckout(t.Context(), account, "scale")
		require.NoError(t, err)
		_, err = b.client.PayWith(t.Context(), checkout.URL, apiclient.CardPays)
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			return b.number(t, `SELECT available FROM wallet.pools WHERE account_id = $1 AND balance_type = 'live'`, account.ID) > int64(bought)
		}, 30*time.Second, 50*time.Millisecond)
	}
	key, err = b.client.CreateLiveKey(t.Context(), account)
	require.NoError(t, err)
	return key
}

// restarts is how often dispatchers have died.
func (b bench) restarts() (total int) {
	for _, process := range b.instance.Processes() {
		if strings.HasPrefix(process.Name(), stack.FaxDispatch) {
			total += process.Restarts()
		}
	}
	return total
}

func (b bench) number(t *testing.T, query string, args ...any) (n int64) {
	t.Helper()
	require.NoError(t, b.db.QueryRow(t.Context(), query, args...).Scan(&n))
	return n
}

// column is the texts of a query by their ids.
func (b bench) column(t *testing.T, query string) map[string]string {
	t.Helper()
	rows, err := b.db.Query(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	texts := map[string]string{}
	for rows.Next() {
		var id, text string
		require.NoError(t, rows.Scan(&id, &text))
		texts[id] = text
	}
	require.NoError(t, rows.Err())
	return texts
}

// settle waits until the money of all faxes has moved.
func (b bench) settle(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		return b.number(t, `SELECT sum(held) FROM wallet.pools`)+b.number(t, `SELECT count(*) FROM fax.outbox`) == 0
	}, time.Minute, 100*time.Millisecond)
}
