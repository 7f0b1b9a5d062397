package expiry

import "github.com/prometheus/client_golang/prometheus"

// NewMetrics registers the counter of holds that an Expirer ended, by how.
func NewMetrics(registerer prometheus.Registerer) *prometheus.CounterVec {
	expired := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "mintfax_holds_expired_total", Help: "Forgotten holds that were ended, by how: captured or released. Each is a defect somewhere.",
	}, []string{"how"})
	registerer.MustRegister(expired)
	return expired
}
