package holds_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/wallet/internal/holds"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

const (
	account = "acct_1"
	age     = 24 * time.Hour
)

// fixture is a wallet, and a fax-dispatch that answers with the statuses that a test sets.
type fixture struct {
	admin, wallet *gorm.DB
	at            string
	client        *bus.Client
	registries    []*prometheus.Registry // one for each expirer

	mu       sync.Mutex
	statuses map[string]contract.FaxOutcome
	asked    [][]string
}

func newFixture(t *testing.T) *fixture {
	d := pgtest.New(t)
	w := &fixture{
		admin: d.Admin(t), wallet: d.Open(t, "wallet"), at: bustest.VHost(t), statuses: map[string]contract.FaxOutcome{},
	}
	require.NoError(t, w.admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', 'a@example.com')`, account).Error)
	require.NoError(t, ledger.OpenAccount(t.Context(), w.admin, account, 10000))
	client, err := bus.NewClient(bustest.Dial(t, w.at))
	require.NoError(t, err)
	w.client = client
	return w
}

// serveFaxDispatch starts a fax-dispatch that answers for statuses alone.
func (w *fixture) serveFaxDispatch(t *testing.T) (stop func()) {
	server := bus.NewServer(bustest.Dial(t, w.at), bus.RPCFax, 2)
	bus.Handle(server, contract.GetFaxStatuses, func(_ context.Context, r contract.GetFaxStatusesRequest) (contract.FaxOutcomes, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.asked = append(w.asked, r.FaxIDs)
		reply := contract.FaxOutcomes{Data: map[string]contract.FaxOutcome{}}
		for _, id := range r.FaxIDs {
			if status, known := w.statuses[id]; known {
				reply.Data[id] = status
			}
		}
		return reply, nil
	})
	return bustest.Serve(t, server.Run)
}

func (w *fixture) expirer() *holds.Expirer {
	getStatuses := func(ctx context.Context, r contract.GetFaxStatusesRequest) (contract.FaxOutcomes, error) {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		return bus.Call(ctx, w.client, contract.GetFaxStatuses, r)
	}
	registry := prometheus.NewRegistry()
	w.registries = append(w.registries, registry)
	return holds.NewExpirer(w.wallet, getStatuses, age, registry, slog.New(slog.DiscardHandler))
}

// place places n holds of one credit with an age, whose faxes have a status.
func (w *fixture) place(t *testing.T, n int, old time.Duration, status contract.FaxOutcome) []string {
	t.Helper()
	var placed []string
	for range n {
		fax := ids.New(ids.Fax)
		_, err := ledger.Hold(t.Context(), w.wallet, contract.PlaceHoldRequest{
			Reference: fax, AccountID: account, EnvironmentID: "env_1", BalanceType: contract.Sandbox, Amount: 1,
		})
		require.NoError(t, err)
		placed = append(placed, fax)
		w.statuses[fax] = status
	}
	// All at the same moment, so that pages are cut among equals.
	require.NoError(t, w.admin.Exec(`UPDATE wallet.holds SET created_at = date_trunc('hour', now()) - ?::interval WHERE reference IN ?`, old.String(), placed).Error)
	return placed
}

func (w *fixture) count(t *testing.T, table string, args ...any) int {
	t.Helper()
	var n int
	require.NoError(t, w.admin.Raw(`SELECT count(*) FROM `+table, args...).Scan(&n).Error)
	return n
}

// counted sums up the expired holds that the metrics of all expirers show.
func (w *fixture) counted(t *testing.T, how string) int {
	t.Helper()
	n := 0.0
	for _, registry := range w.registries {
		families, err := registry.Gather()
		require.NoError(t, err)
		for _, family := range families {
			for _, metric := range family.GetMetric() {
				if metric.GetLabel()[0].GetValue() == how {
					n += metric.GetCounter().GetValue()
				}
			}
		}
	}
	return int(n)
}

func TestAnExpiredHoldEndsAsItsFaxDid(t *testing.T) {
	w := newFixture(t)
	w.serveFaxDispatch(t)
	delivered := w.place(t, 1, 2*age, contract.FaxOutcomeDelivered)[0]
	released := append(w.place(t, 1, 2*age, contract.FaxOutcomeEnded), w.place(t, 1, 2*age, contract.FaxOutcomeUnknown)...)
	w.place(t, 1, 2*age, contract.FaxOutcomePending)
	w.place(t, 1, 2*age, "unknown to this version")
	young := w.place(t, 1, age-2*time.Hour, contract.FaxOutcomeDelivered)[0]
	for range 2 {
		require.NoError(t, w.expirer().Expire(t.Context()))
	}
	require.Equal(t, 1, w.count(t, `wallet.transactions WHERE kind = 'capture' AND reference = ?`, delivered))
	require.Equal(t, 2, w.count(t, `wallet.transactions WHERE kind = 'release' AND description = 'Hold expired' AND reference IN ?`, released))
	require.Equal(t, 3, w.count(t, `wallet.holds WHERE state = 'open'`))
	require.Equal(t, []int{1, 2}, []int{w.counted(t, "captured"), w.counted(t, "released")})
	require.Len(t, w.asked, 2)
	require.NotContains(t, w.asked[0], young)
	// A message that was only late reports the first outcome.
	_, err := ledger.Capture(t.Context(), w.wallet, delivered)
	require.NoError(t, err)
	_, err = ledger.Release(t.Context(), w.wallet, released[0])
	require.NoError(t, err)
}

func TestNothingExpiresWhileFaxDispatchDoesNotAnswer(t *testing.T) {
	w := newFixture(t)
	w.place(t, 3, 2*age, contract.FaxOutcomeUnknown)
	require.Error(t, w.expirer().Expire(t.Context()))
	require.Equal(t, 3, w.count(t, `wallet.holds WHERE state = 'open'`))
	w.serveFaxDispatch(t)
	require.NoError(t, w.expirer().Expire(t.Context()))
	require.Zero(t, w.count(t, `wallet.holds WHERE state = 'open'`))
}

func TestAFaxWithoutAStatusKeepsItsHold(t *testing.T) {
	w := newFixture(t)
	w.serveFaxDispatch(t)
	w.place(t, 2, 2*age, contract.FaxOutcomeUnknown)
	clear(w.statuses)
	require.NoError(t, w.expirer().Expire(t.Context()))
	require.Equal(t, 2, w.count(t, `wallet.holds WHERE state = 'open'`))
}

func TestHoldsOfFaxesInProgressDoNotStarveLaterOnes(t *testing.T) {
	w := newFixture(t)
	w.serveFaxDispatch(t)
	w.place(t, 2*contract.MaxFaxStatuses+50, 3*age, contract.FaxOutcomePending)
	w.place(t, 60, 2*age, contract.FaxOutcomeEnded)
	require.NoError(t, w.expirer().Expire(t.Context()))
	require.Equal(t, 2*contract.MaxFaxStatuses+50, w.count(t, `wallet.holds WHERE state = 'open'`))
	require.Equal(t, 60, w.count(t, `wallet.holds WHERE state = 'released'`))
	seen := map[string]int{}
	for _, page := range w.asked {
		require.LessOrEqual(t, len(page), contract.MaxFaxStatuses)
		for _, id := range page {
			seen[id]++
		}
	}
	require.Len(t, seen, 2*contract.MaxFaxStatuses+110)
	for id, times := range seen {
		require.Equal(t, 1, times, id)
	}
}

func TestConcurrentExpirersEndEachHoldOnce(t *testing.T) {
	w := newFixture(t)
	w.serveFaxDispatch(t)
	w.place(t, 130, 2*age, contract.FaxOutcomeEnded)
	w.place(t, 130, 2*age, contract.FaxOutcomeDelivered)
	var working sync.WaitGroup
	for range 2 {
		working.Go(func() {
			if err := w.expirer().Expire(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	working.Wait()
	require.Equal(t, []int{130, 130}, []int{w.counted(t, "captured"), w.counted(t, "released")})
	require.Equal(t, 130, w.count(t, `wallet.transactions WHERE kind = 'capture'`))
	require.Equal(t, 130, w.count(t, `wallet.transactions WHERE kind = 'release'`))
	require.Zero(t, w.count(t, `wallet.differences`))
}
