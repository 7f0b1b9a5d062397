package stripe

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
)

// Reason says why an alarm was raised.
type Reason string

// The reasons for alarms.
const (
	CheckoutMismatch    Reason = "checkout_mismatch"    // a session differs from its checkout
	TopUpMismatch       Reason = "top_up_mismatch"      // a charge differs from its top-up
	UnknownTopUp        Reason = "unknown_top_up"       // an event names a charge that we did not request
	UnknownSession      Reason = "unknown_session"      // an event names a session that we did not open
	ReversalMismatch    Reason = "reversal_mismatch"    // a refund or dispute contradicts its payment or its earlier state
	UnknownReversal     Reason = "unknown_reversal"     // an event names a refund or dispute that Stripe does not know
	ReconcileDifference Reason = "reconcile_difference" // Stripe, our records and the ledger disagree
	WrongLivemode       Reason = "wrong_livemode"       // an event of test mode reached a live key, or the reverse
)

// Alarm reports statements of Stripe that contradict our records, for an operator to look at. Raising it changes nothing.
type Alarm struct {
	log    *slog.Logger
	raised *prometheus.CounterVec
}

// NewAlarm returns an alarm that logs to log and counts in metrics.
func NewAlarm(log *slog.Logger, metrics prometheus.Registerer) *Alarm {
	raised := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "mintfax_billing_alarms_total", Help: "Events that an operator must look at, by reason.",
	}, []string{"reason"})
	metrics.MustRegister(raised)
	return &Alarm{log: log, raised: raised}
}

// Raise logs an alarm with ids and the values that differ, never with secrets or personal data.
func (a *Alarm) Raise(ctx context.Context, reason Reason, attrs ...slog.Attr) {
	a.raised.WithLabelValues(string(reason)).Inc()
	attrs = append(attrs, slog.Bool("alarm", true), slog.String("reason", string(reason)))
	a.log.LogAttrs(ctx, slog.LevelError, "alarm: what Stripe says does not match; nothing was changed", attrs...)
}
