package dispatch

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

// Metrics counts attempts and ended faxes.
type Metrics struct {
	attempts *prometheus.CounterVec
	faxes    *prometheus.CounterVec
}

// NewMetrics registers the counters.
func NewMetrics(registerer prometheus.Registerer) *Metrics {
	m := &Metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mintfax_fax_attempts_total", Help: "Attempts that ended, by carrier and outcome.",
		}, []string{"carrier", "outcome"}),
		faxes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mintfax_faxes_total", Help: "Faxes that ended, by environment and outcome.",
		}, []string{"environment", "outcome"}),
	}
	registerer.MustRegister(m.attempts, m.faxes)
	return m
}

func (m *Metrics) attempted(a attempt, result fax.Outcome, step fax.Step) {
	label := string(result.Code)
	if result.Delivered() {
		label = "delivered"
	}
	m.attempts.WithLabelValues(a.Carrier, label).Inc()
	if step.To.Terminal() {
		m.faxes.WithLabelValues(string(a.Tenant.EnvironmentType), label).Inc()
	}
}
