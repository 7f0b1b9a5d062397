package processor_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func newLog(t *testing.T, atOnce int, handler http.HandlerFunc) *processor.Log {
	receiver := httptest.NewServer(handler)
	t.Cleanup(receiver.Close)
	log := processor.NewLog(processor.Endpoint{
		URL: receiver.URL, Secret: "whsec_1", AtOnce: atOnce,
		FirstDelay: time.Millisecond, LastDelay: 4 * time.Millisecond, Timeout: 10 * time.Second,
	}, time.Now, slog.New(slog.DiscardHandler))
	t.Cleanup(log.Close)
	return log
}

func allAre(log *processor.Log, status control.Status) func() bool {
	return func() bool {
		for _, event := range log.History() {
			if event.Status != status {
				return false
			}
		}
		return true
	}
}

func TestNoMoreDeliveriesAtOnceThanAllowed(t *testing.T) {
	const atOnce = 3
	var now, most atomic.Int64
	log := newLog(t, atOnce, func(http.ResponseWriter, *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for seen := most.Load(); n > seen && !most.CompareAndSwap(seen, n); seen = most.Load() {
		}
		time.Sleep(2 * time.Millisecond) // long enough for others to come
	})
	for range 30 {
		log.Emit(processor.Emission{Type: "made.up", Object: map[string]string{"id": "x_1"}})
	}
	require.Eventually(t, allAre(log, control.Delivered), 30*time.Second, time.Millisecond)
	require.LessOrEqual(t, most.Load(), int64(atOnce))
}

func TestRetriesObeyTheMode(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	log := newLog(t, 8, func(w http.ResponseWriter, _ *http.Request) {
		if broken.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	log.Emit(processor.Emission{Type: "made.up", Object: map[string]string{"id": "x_1"}})
	require.Eventually(t, func() bool { return len(log.History()[0].Deliveries) > 2 }, 30*time.Second, time.Millisecond)
	log.SetDelivery(control.Delivery{Mode: control.Hold})
	require.Eventually(t, allAre(log, control.Held), 30*time.Second, time.Millisecond)

	broken.Store(false)
	released := log.Release(control.Release{})
	require.Len(t, released, 1)
	require.Equal(t, control.Delivered, released[0].Status)
}

func TestARedirectIsNoDelivery(t *testing.T) {
	var redirected atomic.Int64
	log := newLog(t, 8, func(w http.ResponseWriter, r *http.Request) {
		if redirected.Add(1) < 3 {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}
	})
	log.Emit(processor.Emission{Type: "made.up", Object: map[string]string{"id": "x_1"}})
	require.Eventually(t, allAre(log, control.Delivered), 30*time.Second, time.Millisecond)
	attempts := log.History()[0].Deliveries
	require.Len(t, attempts, 3)
	require.Equal(t, http.StatusFound, attempts[0].Status)
}

func TestTheSameSeedGivesTheSameOrder(t *testing.T) {
	order := func() []string {
		log := newLog(t, 8, func(http.ResponseWriter, *http.Request) {})
		log.SetDelivery(control.Delivery{Mode: control.Hold})
		for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
			log.Emit(processor.Emission{Type: "made.up", Object: map[string]string{"id": name}})
		}
		var ids []string
		for _, event := range log.Release(control.Release{Order: control.Shuffled, Seed: 7}) {
			ids = append(ids, event.ObjectID)
		}
		return ids
	}
	first := order()
	require.Equal(t, first, order())
	require.NotEqual(t, []string{"a", "b", "c", "d", "e", "f"}, first)
}

func TestAReleasedEventThatIsRefusedIsTriedAgain(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	log := newLog(t, 8, func(w http.ResponseWriter, _ *http.Request) {
		if broken.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	log.SetDelivery(control.Delivery{Mode: control.Hold})
	log.Emit(processor.Emission{Type: "made.up", Object: map[string]string{"id": "x_1"}})
	log.SetDelivery(control.Delivery{Mode: control.Deliver})
	require.Empty(t, log.History()[0].Deliveries, "the mode does not release")
	require.Equal(t, control.Pending, log.Release(control.Release{})[0].Status)
	broken.Store(false)
	require.Eventually(t, allAre(log, control.Delivered), 30*time.Second, time.Millisecond)
}
