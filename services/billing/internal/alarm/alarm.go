package alarm

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
)

// Reason is why the alarm rings.
type Reason string

// The reasons for an alarm.
const (
	CheckoutMismatch    Reason = "checkout_mismatch"    // a session is not what we asked for
	TopUpMismatch       Reason = "top_up_mismatch"      // a charge is not what we asked for
	UnknownTopUp        Reason = "unknown_top_up"       // an event is about a charge that we did not ask for
	UnknownSession      Reason = "unknown_session"      // an event is about a session that we did not open
	ReversalMismatch    Reason = "reversal_mismatch"    // a refund or dispute does not fit its payment, or what was said before
	UnknownReversal     Reason = "unknown_reversal"     // an event is about a refund or dispute that Stripe does not know
	ReconcileDifference Reason = "reconcile_difference" // Stripe, our records and the ledger do not agree
	WrongLivemode       Reason = "wrong_livemode"       // an event is of test mode and our key live, or the reverse
)

// Bell rings for people. Ringing changes nothing.
type Bell struct {
	log   *slog.Logger
	rings *prometheus.CounterVec
}

// New returns a bell that logs to log and counts in metrics.
func New(log *slog.Logger, metrics prometheus.Registerer) *Bell {
	rings := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "mintfax_billing_alarms_total", Help: "Events that a person must look at, by reason.",
	}, []string{"reason"})
	metrics.MustRegister(rings)
	return &Bell{log: log, rings: rings}
}

// Ring logs an alarm with ids and the values that differ, never with secrets or personal data.
func (b *Bell) Ring(ctx context.Context, reason Reason, attrs ...slog.Attr) {
	b.rings.WithLabelValues(string(reason)).Inc()
	attrs = append(attrs, slog.Bool("alarm", true), slog.String("reason", string(reason)))
	b.log.LogAttrs(ctx, slog.LevelError, "alarm: what Stripe says does not match; nothing was changed", attrs...)
}
