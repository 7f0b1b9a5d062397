package system_test

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// Each number ends as it is said to, by its attempts, and with its events and its money.
func TestEverySandboxNumberDoesWhatItSays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, heard := b.account(t), listen(t)
	var wg sync.WaitGroup
	for number, want := range map[string]struct {
		status, code string
		attempts     string // the code of each
		pages        int
	}{
		"+15005550001": {"delivered", "", "-", 1},
		"+15005550002": {"failed", "busy", "busy busy busy", 1},
		"+15005550003": {"failed", "no_answer", "no_answer no_answer no_answer", 1},
		"+15005550004": {"delivered", "", "line_quality -", 1},
		"+15005550005": {"failed", "line_quality", "line_quality line_quality line_quality", 1},
		"+15005550007": {"delivered", "", "-", 3},
		"+15005550008": {"failed", "invalid_number", "invalid_number", 1},
		"+493012345":   {"delivered", "", "-", 1},
	} {
		var fax faxView
		require.NoError(t, b.fax(t, http.StatusCreated, a.TestKey, number).Decode(&fax))
		require.Equal(t, "queued", fax.Status)
		require.EqualValues(t, want.pages*6, fax.HoldAmount, number)
		wg.Go(func() {
			eventually(t, number+" to end", func() bool {
				fax = b.status(t, a.TestKey, fax.ID)
				return fax.Status == "delivered" || fax.Status == "failed"
			})
			attempts := strings.Split(want.attempts, " ")
			if fax.Status != want.status || codes(fax) != want.attempts || fax.Pages != want.pages || deref(fax.ErrorCode) != want.code {
				t.Errorf("%s: %+v", number, fax)
			}
			events := append(append([]string{"fax.queued"}, slices.Repeat([]string{"fax.sending"}, len(attempts))...), "fax."+want.status)
			eventually(t, number+" to have its events", func() bool { return slices.Equal(events, heard.of(fax.ID)) })
			money := map[string]string{"delivered": "capture hold", "failed": "hold release"}[want.status]
			eventually(t, number+" to have its money moved", func() bool {
				return b.text(t, `SELECT string_agg(kind, ' ' ORDER BY kind) FROM wallet.transactions WHERE fax_id = $1`, fax.ID) == money
			})
		})
	}
	wg.Wait()
	answer := b.fax(t, http.StatusPaymentRequired, a.TestKey, "+15005550006")
	require.Equal(t, "insufficient_balance", answer.ErrorCode())
	answer = b.fax(t, http.StatusUnprocessableEntity, a.TestKey, "+15005550099")
	require.Contains(t, string(answer.Body), `"to":[`)
	require.EqualValues(t, 8, b.number(t, `SELECT count(*) FROM fax.faxes WHERE account_id = $1`, a.ID), "a refusal leaves no fax")
	require.EqualValues(t, 10_000-6*(1+1+3+1), b.number(t, `SELECT available FROM wallet.pools WHERE account_id = $1 AND balance_type = 'sandbox'`, a.ID))
}

// codes are those of the attempts of a fax; - is a delivery.
func codes(fax faxView) string {
	var all []string
	for _, attempt := range fax.Attempts {
		if attempt.ErrorCode == nil {
			attempt.ErrorCode = new("-")
		}
		all = append(all, *attempt.ErrorCode)
	}
	return strings.Join(all, " ")
}

// events are those of faxes, by fax: first those that tell of its beginning, then of its end.
type events struct {
	mu    sync.Mutex
	heard map[string][]string
}

// listen hears the events on the broker as a service does.
func listen(t *testing.T) *events {
	t.Helper()
	conn, err := bus.Dial(t.Context(), bus.Config{
		URL: instance.Env()["AMQP_URL"], Service: "system-test", Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	e, ready := &events{heard: map[string][]string{}}, make(chan struct{}, 1)
	listener := bus.NewListener(conn)
	for _, name := range []contract.Event[contract.FaxEvent]{
		contract.FaxQueued, contract.FaxSending, contract.FaxDelivered, contract.FaxFailed, contract.FaxCanceled,
	} {
		bus.Hear(listener, name, func(event contract.FaxEvent) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.heard[event.FaxID] = append(e.heard[event.FaxID], string(name))
			select {
			case ready <- struct{}{}:
			default:
			}
		})
	}
	go func() { _ = listener.Run(t.Context()) }() // it ends with the test
	awaitEvents(t, ready)
	return e
}

// of returns the events of a fax. They are published one after the other, but may overtake each other.
func (e *events) of(fax string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	order := []string{"fax.queued", "fax.sending", "fax.delivered", "fax.failed", "fax.canceled"}
	sorted := slices.Clone(e.heard[fax])
	slices.SortFunc(sorted, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
	return sorted
}

// awaitEvents sends faxes of nobody in particular until one of them is heard of.
func awaitEvents(t *testing.T, heard <-chan struct{}) {
	t.Helper()
	b := setup(t)
	a := b.account(t)
	eventually(t, "events to be heard", func() bool {
		b.fax(t, http.StatusCreated, a.TestKey, "+15005550001")
		select {
		case <-heard:
			return true
		default:
			return false
		}
	})
}
