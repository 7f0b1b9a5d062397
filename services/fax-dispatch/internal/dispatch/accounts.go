package dispatch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// sayAgain is how long after a line about an account the next one of the same follows.
const sayAgain = time.Minute

// Accounts tells the operator what carriers say about the operator's own accounts with them.
type Accounts struct {
	failures *prometheus.CounterVec
	log      *slog.Logger

	mu   sync.Mutex
	said map[[2]string]time.Time // by carrier and word
}

// NewAccounts registers the counter.
func NewAccounts(registerer prometheus.Registerer, log *slog.Logger) *Accounts {
	a := &Accounts{
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mintfax_carrier_account_failures_total",
			Help: "What a carrier did not do because of the operator's own account, by its own word.",
		}, []string{"carrier", "word"}),
		log: log, said: map[[2]string]time.Time{},
	}
	registerer.MustRegister(a.failures)
	return a
}

// failed counts each time, and logs the first one in a while: every fax meets the same.
func (a *Accounts) failed(ctx context.Context, of attempt, word string) {
	a.failures.WithLabelValues(of.Carrier, word).Inc()
	if a.due(of.Carrier, word, time.Now()) {
		a.log.ErrorContext(ctx, "a carrier refuses our account", "carrier", of.Carrier, "word", word, "attempt_id", of.ID)
	}
}

func (a *Accounts) due(carrier, word string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := [2]string{carrier, word}
	if last, found := a.said[key]; found && now.Sub(last) < sayAgain {
		return false
	}
	a.said[key] = now
	return true
}
