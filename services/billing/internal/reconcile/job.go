package reconcile

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

// settlingTime is how long an object may exist on one side only: its event is delivered, or the sweep checks it, within
// that time.
const settlingTime = 5 * time.Minute

// Job compares once per interval across all processes and raises an alarm for each difference. It leaves the pools to
// wallet's own proof.
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
			Name: "mintfax_billing_reconcile_differences", Help: "Differences to Stripe and to the ledger in this process's last comparison; 0 is healthy.",
		}),
		last: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "mintfax_billing_reconcile_timestamp_seconds", Help: "Time of this process's last comparison.",
		}),
	}
	metrics.MustRegister(j.differences, j.last)
	return j
}

// Round compares, unless another process has compared in this interval.
func (j *Job) Round(ctx context.Context) error {
	mine, err := j.comparer.store.claim(ctx, j.interval)
	if err != nil || !mine {
		return err
	}
	now := time.Now()
	report, err := j.comparer.Compare(ctx, Scope{From: now.Add(-j.window), Until: now.Add(-settlingTime)})
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
