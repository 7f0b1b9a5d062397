package bus

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/apierror"
)

// metrics are those of the bus. The label values (methods, queues and outcomes) are few and fixed.
type metrics struct {
	calls    *prometheus.HistogramVec
	answers  *prometheus.CounterVec
	messages *prometheus.CounterVec
	dead     *prometheus.GaugeVec
}

func newMetrics(registerer prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "mintfax_rpc_call_seconds", Help: "Time from a call to its reply, by method and outcome.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2, 5, 10},
		}, []string{"method", "outcome"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mintfax_rpc_answered_total", Help: "Calls served, by method and outcome.",
		}, []string{"method", "outcome"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mintfax_messages_handled_total", Help: "Events and work handled, by queue and outcome.",
		}, []string{"queue", "outcome"}),
		dead: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "mintfax_dead_letters", Help: "Dead-lettered messages, by the queue they came from.",
		}, []string{"queue"}),
	}
	if registerer == nil {
		return m, nil
	}
	for _, collector := range []prometheus.Collector{m.calls, m.answers, m.messages, m.dead} {
		if err := registerer.Register(collector); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *metrics) called(method string, err error, took time.Duration) {
	m.calls.WithLabelValues(method, outcomeOf(err)).Observe(took.Seconds())
}

func (m *metrics) served(method, outcome string) { m.answers.WithLabelValues(method, outcome).Inc() }

func (m *metrics) handled(queue Queue, o outcome) {
	m.messages.WithLabelValues(string(queue), string(o)).Inc()
}

func (m *metrics) counted(dead map[Queue]int) {
	for queue, n := range dead {
		m.dead.WithLabelValues(string(queue)).Set(float64(n))
	}
}

func outcomeOf(err error) string {
	if err == nil {
		return "ok"
	}
	return string(apierror.CodeOf(err))
}
