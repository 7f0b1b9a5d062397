package bus

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/apierror"
)

// metrics counts what passes. Names of methods, queues and outcomes are few and fixed.
type metrics struct {
	calls    *prometheus.HistogramVec
	answers  *prometheus.CounterVec
	messages *prometheus.CounterVec
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	m := &metrics{
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "mintfax_rpc_call_seconds", Help: "Time from a question to its answer, by method and outcome.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2, 5, 10},
		}, []string{"method", "outcome"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mintfax_rpc_answered_total", Help: "Questions answered, by method and outcome.",
		}, []string{"method", "outcome"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mintfax_messages_handled_total", Help: "Events and work handled, by queue and outcome.",
		}, []string{"queue", "outcome"}),
	}
	if registerer != nil {
		registerer.MustRegister(m.calls, m.answers, m.messages)
	}
	return m
}

func (m *metrics) called(method string, err error, took time.Duration) {
	m.calls.WithLabelValues(method, outcomeOf(err)).Observe(took.Seconds())
}

func (m *metrics) served(method, outcome string) { m.answers.WithLabelValues(method, outcome).Inc() }

func (m *metrics) handled(queue Queue, outcome string) {
	m.messages.WithLabelValues(string(queue), outcome).Inc()
}

func outcomeOf(err error) string {
	if err == nil {
		return "ok"
	}
	return string(apierror.CodeOf(err))
}
