package holds_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/wallet/internal/holds"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

// From the outbox of fax-dispatch to the pool: each event is delivered twice and settled once.
func TestARedeliveredFaxEventSettlesItsHoldOnce(t *testing.T) {
	d := pgtest.New(t)
	admin, wallet := d.Admin(t), d.Open(t, "wallet")
	require.NoError(t, admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES ('acct_1', 'A', 'a@example.com')`).Error)
	require.NoError(t, ledger.OpenAccount(t.Context(), admin, "acct_1", 100))
	tenant := contract.Tenant{AccountID: "acct_1", EnvironmentID: "env_1", EnvironmentType: contract.Sandbox}
	place := func() contract.FaxEvent {
		fax := ids.New(ids.Fax)
		_, err := ledger.Hold(t.Context(), wallet, contract.PlaceHoldRequest{
			Reference: fax, AccountID: "acct_1", EnvironmentID: "env_1", BalanceType: contract.Sandbox, Amount: 10,
		})
		require.NoError(t, err)
		return contract.FaxEvent{Tenant: tenant, FaxID: fax, OccurredAt: time.Now()}
	}

	at := bustest.VHost(t)
	log := slog.New(slog.DiscardHandler)
	service := holds.New(wallet)
	consumer := bus.NewConsumer(bustest.Dial(t, at), bus.EventsWallet, 4)
	bus.OnEvent(consumer, contract.FaxDelivered, service.Capture)
	bus.OnEvent(consumer, contract.FaxFailed, service.Release)
	bus.OnEvent(consumer, contract.FaxCanceled, service.Release)
	bustest.Serve(t, consumer.Run)
	conn := bustest.Dial(t, at)
	publisher, err := bus.NewPublisher(conn)
	require.NoError(t, err)
	bustest.Serve(t, outbox.NewRelay(d.Open(t, "fax_dispatch"), "fax", publisher, log, prometheus.NewRegistry()).Run)

	delivered, failed, canceled, contradicted := place(), place(), place(), place()
	for range 2 { // as after a crash between publishing and deleting
		require.NoError(t, outbox.Add(t.Context(), admin, "fax",
			outbox.Event(contract.FaxDelivered, delivered), outbox.Event(contract.FaxFailed, failed),
			outbox.Event(contract.FaxCanceled, canceled), outbox.Event(contract.FaxDelivered, contradicted)))
	}
	require.Eventually(t, func() bool {
		var pool ledger.Pool
		require.NoError(t, admin.Raw(`SELECT available, held FROM wallet.pools WHERE balance_type = 'sandbox'`).Scan(&pool).Error)
		return pool == ledger.Pool{Available: 80}
	}, 20*time.Second, 50*time.Millisecond)

	// An event that contradicts the ledger changes nothing and is dead-lettered.
	require.NoError(t, outbox.Add(t.Context(), admin, "fax", outbox.Event(contract.FaxFailed, contradicted)))
	require.Eventually(t, func() bool {
		dead, err := conn.DeadLetters()
		return err == nil && dead[bus.EventsWallet] == 1
	}, 20*time.Second, 50*time.Millisecond)
	var left int
	require.NoError(t, admin.Raw(`SELECT count(*) FROM fax.outbox`).Scan(&left).Error)
	require.Zero(t, left)
}
