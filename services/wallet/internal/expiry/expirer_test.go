package expiry_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/wallet/internal/expiry"
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

// world has a wallet, and a fax-dispatch that answers what a test says.
type world struct {
	admin, wallet *gorm.DB
	at            string
	client        *bus.Client
	expired       *prometheus.CounterVec

	mu    sync.Mutex
	fates map[string]contract.FaxFate
	asked [][]string
}

func setup(t *testing.T) *world {
	d := pgtest.New(t)
	w := &world{
		admin: d.Admin(t), wallet: d.Open(t, "wallet"), at: bustest.VHost(t), fates: map[string]contract.FaxFate{},
		expired: expiry.NewMetrics(prometheus.NewRegistry()),
	}
	require.NoError(t, w.admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', 'a@example.com')`, account).Error)
	require.NoError(t, ledger.OpenAccount(t.Context(), w.admin, account, 10000))
	client, err := bus.NewClient(bustest.Dial(t, w.at))
	require.NoError(t, err)
	w.client = client
	return w
}

// answer starts fax-dispatch, as far as it matters here.
func (w *world) answer(t *testing.T) (stop func()) {
	server := bus.NewServer(bustest.Dial(t, w.at), bus.RPCFax, 2)
	bus.Handle(server, contract.GetFates, func(_ context.Context, r contract.GetFatesRequest) (contract.Fates, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.asked = append(w.asked, r.FaxIDs)
		reply := contract.Fates{Data: map[string]contract.FaxFate{}}
		for _, id := range r.FaxIDs {
			if fate, known := w.fates[id]; known {
				reply.Data[id] = fate
			}
		}
		return reply, nil
	})
	return bustest.Serve(t, server.Run)
}

func (w *world) expirer() *expiry.Expirer {
	ask := func(ctx context.Context, r contract.GetFatesRequest) (contract.Fates, error) {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		return bus.Call(ctx, w.client, contract.GetFates, r)
	}
	return expiry.New(w.wallet, ask, age, w.expired, slog.New(slog.DiscardHandler))
}

// holds places n holds of one credit that are so old, and says what became of their faxes.
func (w *world) holds(t *testing.T, n int, old time.Duration, fate contract.FaxFate) []string {
	t.Helper()
	var placed []string
	for range n {
		fax := ids.New(ids.Fax)
		_, err := ledger.Hold(t.Context(), w.wallet, contract.PlaceHoldRequest{
			Reference: fax, AccountID: account, EnvironmentID: "env_1", BalanceType: contract.Sandbox, Amount: 1,
		})
		require.NoError(t, err)
		placed = append(placed, fax)
		w.fates[fax] = fate
	}
	// All at the same moment, so that pages are cut among equals.
	require.NoError(t, w.admin.Exec(`UPDATE wallet.holds SET created_at = date_trunc('hour', now()) - ?::interval WHERE reference IN ?`, old.String(), placed).Error)
	return placed
}

func (w *world) count(t *testing.T, table string, args ...any) int {
	t.Helper()
	var n int
	require.NoError(t, w.admin.Raw(`SELECT count(*) FROM `+table, args...).Scan(&n).Error)
	return n
}

func (w *world) counted(how string) int {
	return int(testutil.ToFloat64(w.expired.WithLabelValues(how)))
}

func TestAForgottenHoldEndsAsItsFaxDid(t *testing.T) {
	w := setup(t)
	w.answer(t)
	delivered := w.holds(t, 1, 2*age, contract.FateDelivered)[0]
	released := append(w.holds(t, 1, 2*age, contract.FateEnded), w.holds(t, 1, 2*age, contract.FateUnknown)...)
	w.holds(t, 1, 2*age, contract.FateAlive)
	w.holds(t, 1, 2*age, "not a word of today")
	young := w.holds(t, 1, age-2*time.Hour, contract.FateDelivered)[0]
	for range 2 {
		require.NoError(t, w.expirer().Round(t.Context()))
	}
	require.Equal(t, 1, w.count(t, `wallet.transactions WHERE kind = 'capture' AND reference = ?`, delivered))
	require.Equal(t, 2, w.count(t, `wallet.transactions WHERE kind = 'release' AND description = 'Hold expired' AND reference IN ?`, released))
	require.Equal(t, 3, w.count(t, `wallet.holds WHERE state = 'open'`))
	require.Equal(t, []int{1, 2}, []int{w.counted("captured"), w.counted("released")})
	require.Len(t, w.asked, 2)
	require.NotContains(t, w.asked[0], young)
	// A message that was only late reports the first outcome.
	_, err := ledger.Capture(t.Context(), w.wallet, delivered)
	require.NoError(t, err)
	_, err = ledger.Release(t.Context(), w.wallet, released[0])
	require.NoError(t, err)
}

func TestNothingExpiresWhileFaxDispatchIsSilent(t *testing.T) {
	w := setup(t)
	w.holds(t, 3, 2*age, contract.FateUnknown)
	require.Error(t, w.expirer().Round(t.Context()))
	require.Equal(t, 3, w.count(t, `wallet.holds WHERE state = 'open'`))
	w.answer(t)
	require.NoError(t, w.expirer().Round(t.Context()))
	require.Zero(t, w.count(t, `wallet.holds WHERE state = 'open'`))
}

func TestAFaxThatIsLeftOutOfTheAnswerKeepsItsHold(t *testing.T) {
	w := setup(t)
	w.answer(t)
	w.holds(t, 2, 2*age, contract.FateUnknown)
	clear(w.fates)
	require.NoError(t, w.expirer().Round(t.Context()))
	require.Equal(t, 2, w.count(t, `wallet.holds WHERE state = 'open'`))
}

func TestHoldsOfFaxesThatLiveForEverNeverStarveLaterOnes(t *testing.T) {
	w := setup(t)
	w.answer(t)
	w.holds(t, 2*contract.MaxFates+50, 3*age, contract.FateAlive)
	w.holds(t, 60, 2*age, contract.FateEnded)
	require.NoError(t, w.expirer().Round(t.Context()))
	require.Equal(t, 2*contract.MaxFates+50, w.count(t, `wallet.holds WHERE state = 'open'`))
	require.Equal(t, 60, w.count(t, `wallet.holds WHERE state = 'released'`))
	seen := map[string]int{}
	for _, page := range w.asked {
		require.LessOrEqual(t, len(page), contract.MaxFates)
		for _, id := range page {
			seen[id]++
		}
	}
	require.Len(t, seen, 2*contract.MaxFates+110)
	for id, times := range seen {
		require.Equal(t, 1, times, id)
	}
}

func TestTwoWalletsAtOnceEndEachHoldOnce(t *testing.T) {
	w := setup(t)
	w.answer(t)
	w.holds(t, 130, 2*age, contract.FateEnded)
	w.holds(t, 130, 2*age, contract.FateDelivered)
	var working sync.WaitGroup
	for range 2 {
		working.Go(func() {
			if err := w.expirer().Round(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	working.Wait()
	require.Equal(t, []int{130, 130}, []int{w.counted("captured"), w.counted("released")})
	require.Equal(t, 130, w.count(t, `wallet.transactions WHERE kind = 'capture'`))
	require.Equal(t, 130, w.count(t, `wallet.transactions WHERE kind = 'release'`))
	require.Zero(t, w.count(t, `wallet.differences`))
}
