package dispatch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// logAgain is the least time between two log lines about the same account and word.
const logAgain = time.Minute

// Accounts alerts the operator to carriers' errors about the operator's own accounts.
type Accounts struct {
	failures *prometheus.CounterVec
	log      *slog.Logger

	mu     sync.Mutex
	logged map[[2]string]time.Time // by carrier and word
}

// NewAccounts registers the counter.
func NewAccounts(registerer prometheus.Registerer, log *slog.Logger) *Accounts {
	a := &Accounts{
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mintfax_carrier_account_failures_total",
			Help: "What a carrier did not do because of the operator's own account, by its own word.",
		}, []string{"carrier", "word"}),
		log: log, logged: map[[2]string]time.Time{},
	}
	registerer.MustRegister(a.failures)
	return a
}

// failed counts every failure, and logs one every logAgain, because all faxes meet the same one.
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
	if last, found := a.logged[key]; found && now.Sub(last) < logAgain {
		return false
	}
	a.logged[key] = now
	return true
}
