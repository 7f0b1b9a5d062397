package check

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/contract"
)

// metrics counts the verdicts, and the keys that share a statement.
type metrics struct {
	verdicts *prometheus.CounterVec
	batch    prometheus.Histogram
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	m := &metrics{
		verdicts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mintfax_key_checks_total", Help: "Keys judged, by verdict.",
		}, []string{"verdict"}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "mintfax_key_check_batch_keys", Help: "Keys judged by one statement.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 10), // 1 to 512
		}),
	}
	registerer.MustRegister(m.verdicts, m.batch)
	return m
}

func (m *metrics) observe(verdicts []contract.Verdict) {
	m.batch.Observe(float64(len(verdicts)))
	counts := map[string]int{}
	for _, v := range verdicts {
		label := string(v.Refusal)
		if label == "" {
			label = "passed"
		}
		counts[label]++
	}
	for label, n := range counts {
		m.verdicts.WithLabelValues(label).Add(float64(n))
	}
}
