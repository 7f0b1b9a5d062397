package reconcile

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

// onTheWay is how young something may be without being recorded on the other side: its event is delivered, or
// the sweep asks, within that time.
const onTheWay = 5 * time.Minute

// Job compares now and then, of all processes one in an interval, and rings for each
// difference. The pools are left to wallet's own proof.
type Job struct {
	comparer         *Comparer
	interval, window time.Duration
	alarm            *stripe.Alarm
	differences      prometheus.Gauge
	last             prometheus.Gauge
}

// NewJob returns a job that looks back over window each time.
func NewJob(comparer *Comparer, interval, window time.Duration, alarm *stripe.Alarm, metrics prometheus.Registerer) *Job {
	j := &Job{
		comparer: comparer, interval: interval, window: window, alarm: alarm,
		differences: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "mintfax_billing_reconcile_differences", Help: "Differences to Stripe and to the ledger that this process found last; 0 is well.",
		}),
		last: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "mintfax_billing_reconcile_timestamp_seconds", Help: "When this process last compared everything.",
		}),
	}
	metrics.MustRegister(j.differences, j.last)
	return j
}

// Round compares, unless another process has in this interval.
func (j *Job) Round(ctx context.Context) error {
	mine, err := j.comparer.store.claim(ctx, j.interval)
	if err != nil || !mine {
		return err
	}
	now := time.Now()
	report, err := j.comparer.Compare(ctx, Scope{From: now.Add(-j.window), Until: now.Add(-onTheWay)})
	if err != nil {
		return err
	}
	for _, d := range report.Differences {
		j.alarm.Raise(ctx, stripe.ReconcileDifference, slog.String("kind", d.Kind), slog.String("id", d.ID), slog.String("text", d.Text))
	}
	j.differences.Set(float64(len(report.Differences)))
	j.last.SetToCurrentTime()
	return nil
}
