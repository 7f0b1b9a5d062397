package app_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/wallet/internal/app"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

const (
	account = "acct_1"

	// timeout allows for a loaded machine.
	timeout = 30 * time.Second
)

func newAccount(t *testing.T, admin *gorm.DB) {
	t.Helper()
	require.NoError(t, admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', 'a@example.com')`, account).Error)
	require.NoError(t, ledger.OpenAccount(t.Context(), admin, account, 100))
}

// configure sets the environment of the service, and returns its internal address and its broker.
func configure(t *testing.T, d *pgtest.Database) (address, vhost string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address, vhost = listener.Addr().String(), bustest.VHost(t)
	require.NoError(t, listener.Close())
	for name, value := range map[string]string{"DATABASE_URL": d.URL("wallet"), "AMQP_URL": vhost, "INTERNAL_ADDR": address} {
		t.Setenv(name, value)
	}
	return address, vhost
}

func get(t *testing.T, address, path string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

func TestBalanceEventsArePublishedAndBillingReceivesItsOwn(t *testing.T) {
	d := pgtest.New(t)
	admin := d.Admin(t)
	newAccount(t, admin)
	address, vhost := configure(t, d)
	conn := bustest.Dial(t, vhost)
	received := make(chan contract.BalanceBelowEvent, 10)
	consumer := bus.NewConsumer(conn, bus.EventsBilling, 1)
	bus.OnEvent(consumer, contract.BalanceBelow, func(_ context.Context, _ string, event contract.BalanceBelowEvent) error {
		received <- event
		return nil
	})
	bustest.Serve(t, consumer.Run)
	bustest.Serve(t, app.Run)
	require.Eventually(t, func() bool { return get(t, address, "/readyz") == "ready\n" }, timeout, 50*time.Millisecond)

	client, err := bus.NewClient(conn)
	require.NoError(t, err)
	settings, err := bus.Call(t.Context(), client, contract.SetLowBalance, contract.SetLowBalanceRequest{AccountID: account, Threshold: new(int64(500))})
	require.NoError(t, err)
	require.Equal(t, new(int64(500)), settings.LowBalanceThreshold)
	require.NoError(t, ledger.SetAutoTopUp(t.Context(), d.Open(t, "billing"), account, new(int64(300))))
	select {
	case event := <-received:
		require.Equal(t, contract.BalanceBelowEvent{AccountID: account, Threshold: 300, At: event.At}, event)
		require.WithinDuration(t, time.Now(), event.At, time.Minute)
	case <-time.After(timeout):
		t.Fatal("billing received nothing")
	}
	require.Eventually(t, func() bool {
		var left int
		require.NoError(t, admin.Raw(`SELECT count(*) FROM wallet.outbox`).Scan(&left).Error)
		return left == 0
	}, timeout, 50*time.Millisecond)
	require.Empty(t, received)
}

func TestHoldsExpireWhenTheServiceStarts(t *testing.T) {
	d := pgtest.New(t)
	admin := d.Admin(t)
	newAccount(t, admin)
	_, err := ledger.Hold(t.Context(), admin, contract.PlaceHoldRequest{
		Reference: ids.New(ids.Fax), AccountID: account, EnvironmentID: "env_1", BalanceType: contract.Sandbox, Amount: 6,
	})
	require.NoError(t, err)
	require.NoError(t, admin.Exec(`UPDATE wallet.holds SET created_at = now() - interval '25 hours'`).Error)
	address, vhost := configure(t, d)
	faxDispatch := bus.NewServer(bustest.Dial(t, vhost), bus.RPCFax, 1)
	bus.Handle(faxDispatch, contract.GetFaxStatuses, func(_ context.Context, r contract.GetFaxStatusesRequest) (contract.FaxOutcomes, error) {
		return contract.FaxOutcomes{Data: map[string]contract.FaxOutcome{r.FaxIDs[0]: contract.FaxOutcomeUnknown}}, nil
	})
	bustest.Serve(t, faxDispatch.Run)
	bustest.Serve(t, app.Run)
	require.Eventually(t, func() bool {
		return strings.Contains(get(t, address, "/metrics"), `mintfax_holds_expired_total{how="released"} 1`)
	}, timeout, 50*time.Millisecond)
	var pool ledger.Pool
	require.NoError(t, admin.Raw(`SELECT available, held FROM wallet.pools WHERE balance_type = 'sandbox'`).Scan(&pool).Error)
	require.Equal(t, ledger.Pool{Available: 100}, pool)
}

func TestTheLedgerIsReconciledWhenTheServiceStarts(t *testing.T) {
	d := pgtest.New(t)
	newAccount(t, d.Admin(t))
	address, _ := configure(t, d)
	corrupt(t, d.Admin(t))
	bustest.Serve(t, app.Run)
	require.Eventually(t, func() bool {
		return strings.Contains(get(t, address, "/metrics"), "\nmintfax_ledger_differences 1\n")
	}, timeout, 50*time.Millisecond)
}

func TestReconcilePrintsEachDifferenceAndFails(t *testing.T) {
	d := pgtest.New(t)
	newAccount(t, d.Admin(t))
	t.Setenv("DATABASE_URL", d.URL("wallet"))
	var out bytes.Buffer
	require.NoError(t, app.Reconcile(t.Context(), &out))
	require.Equal(t, "the ledger matches every pool\n", out.String())
	corrupt(t, d.Admin(t))
	out.Reset()
	require.ErrorContains(t, app.Reconcile(t.Context(), &out), "1 differences")
	require.Equal(t, "acct_1: sandbox pool: available: it is 101 and must be 100\n", out.String())
}

// corrupt gives a pool a credit that no entry accounts for.
func corrupt(t *testing.T, admin *gorm.DB) {
	t.Helper()
	require.NoError(t, admin.Exec(`UPDATE wallet.pools SET available = available + 1 WHERE balance_type = 'sandbox'`).Error)
}

func TestNonPositiveIntervalsAreRejected(t *testing.T) {
	for _, setting := range []string{"HOLD_EXPIRY", "PROOF_INTERVAL"} {
		t.Run(setting, func(t *testing.T) {
			t.Setenv(setting, "0s")
			_, err := config.Load[app.Config]()
			require.ErrorContains(t, err, "must be positive")
		})
	}
}
