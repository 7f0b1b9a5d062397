package reversal

import (
	"context"
	"errors"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
)

// Service brings refunds and disputes into the ledger.
type Service struct {
	store   Store
	stripe  *stripe.Client
	alarm   *stripe.Alarm
	log     *slog.Logger
	effects *prometheus.CounterVec
}

// New returns a service that reads refunds and disputes from client and applies them through store.
func New(store Store, client *stripe.Client, alarm *stripe.Alarm, log *slog.Logger, metrics prometheus.Registerer) *Service {
	effects := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "mintfax_billing_reversals_total", Help: "Refunds and disputes brought into the ledger, by kind and effect.",
	}, []string{"kind", "effect"})
	metrics.MustRegister(effects)
	return &Service{store: store, stripe: client, alarm: alarm, log: log, effects: effects}
}

// SyncCharge is Sync for the payment of a charge.
func (s *Service) SyncCharge(ctx context.Context, chargeID string) error {
	intentID, err := s.stripe.IntentOfCharge(ctx, chargeID)
	return s.syncIntent(ctx, intentID, err)
}

// SyncRefund is Sync for the payment of a refund.
func (s *Service) SyncRefund(ctx context.Context, refundID string) error {
	intentID, err := s.stripe.IntentOfRefund(ctx, refundID)
	return s.syncIntent(ctx, intentID, err)
}

// SyncDispute is Sync for the payment of a dispute.
func (s *Service) SyncDispute(ctx context.Context, disputeID string) error {
	intentID, err := s.stripe.IntentOfDispute(ctx, disputeID)
	return s.syncIntent(ctx, intentID, err)
}

func (s *Service) syncIntent(ctx context.Context, intentID string, err error) error {
	if errors.Is(err, stripe.ErrMissing) {
		return apierror.Wrap(apierror.NotFound, err)
	}
	if err != nil || intentID == "" {
		return err
	}
	return s.Sync(ctx, intentID)
}

// Sync reads every refund and dispute of a payment from Stripe, records their states and applies them to the ledger. It
// is idempotent, safe for concurrent use and independent of the order of calls. Reversals of a payment of ours that is
// not recorded yet wait for it; those of other payments are ignored.
func (s *Service) Sync(ctx context.Context, intentID string) error {
	ours, err := s.isOurs(ctx, intentID)
	if err != nil || !ours {
		return err
	}
	found, err := s.stripe.ListReversals(ctx, intentID)
	if err != nil {
		return err
	}
	mismatches, err := s.store.record(ctx, intentID, found)
	if err != nil {
		return err
	}
	s.raise(ctx, intentID, mismatches)
	return s.Apply(ctx, intentID)
}

// PaymentRecorded applies the reversals that were recorded before their payment. It is called after the payment's
// commit, when every such reversal is visible. Failures are left to Next.
func (s *Service) PaymentRecorded(ctx context.Context, intentID string) {
	if err := s.Apply(ctx, intentID); err != nil {
		s.log.WarnContext(ctx, "refunds and disputes of a new payment are not applied yet", "intent_id", intentID, "error", err)
	}
}

// Apply applies the recorded refunds and disputes of a payment to the ledger, if the payment is recorded.
func (s *Service) Apply(ctx context.Context, intentID string) error {
	applied, mismatches, err := s.store.apply(ctx, intentID)
	if err != nil {
		return err
	}
	for _, e := range applied {
		s.effects.WithLabelValues(e.kind, e.effect).Inc()
	}
	s.raise(ctx, intentID, mismatches)
	return nil
}

// Next applies the outstanding reversals of one payment and reports whether there was one.
func (s *Service) Next(ctx context.Context) (bool, error) {
	intentID, err := s.store.claim(ctx)
	if err != nil || intentID == "" {
		return false, err
	}
	return true, s.Apply(ctx, intentID)
}

func (s *Service) isOurs(ctx context.Context, intentID string) (bool, error) {
	known, err := s.store.knows(ctx, intentID)
	if err != nil || known {
		return known, err
	}
	intent, err := s.stripe.GetIntent(ctx, intentID)
	if errors.Is(err, stripe.ErrMissing) {
		return false, apierror.Wrap(apierror.NotFound, err)
	}
	return err == nil && intent.Metadata[stripe.MetadataAccount] != "", err
}

func (s *Service) raise(ctx context.Context, intentID string, mismatches []mismatch) {
	for _, m := range mismatches {
		s.alarm.Raise(ctx, stripe.ReversalMismatch, slog.String("intent_id", intentID), slog.String("reversal_id", m.id), slog.String("why", m.why))
	}
}
