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

// New returns a service on what store keeps.
func New(store Store, client *stripe.Client, alarm *stripe.Alarm, log *slog.Logger, metrics prometheus.Registerer) *Service {
	effects := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "mintfax_billing_reversals_total", Help: "Refunds and disputes brought into the ledger, by kind and effect.",
	}, []string{"kind", "effect"})
	metrics.MustRegister(effects)
	return &Service{store: store, stripe: client, alarm: alarm, log: log, effects: effects}
}

// FollowCharge is Follow for the payment of a charge.
func (s *Service) FollowCharge(ctx context.Context, chargeID string) error {
	intentID, err := s.stripe.IntentOfCharge(ctx, chargeID)
	return s.followFound(ctx, intentID, err)
}

// FollowRefund is Follow for the payment that a refund is of.
func (s *Service) FollowRefund(ctx context.Context, refundID string) error {
	intentID, err := s.stripe.IntentOfRefund(ctx, refundID)
	return s.followFound(ctx, intentID, err)
}

// FollowDispute is Follow for the payment that a dispute is about.
func (s *Service) FollowDispute(ctx context.Context, disputeID string) error {
	intentID, err := s.stripe.IntentOfDispute(ctx, disputeID)
	return s.followFound(ctx, intentID, err)
}

func (s *Service) followFound(ctx context.Context, intentID string, err error) error {
	if errors.Is(err, stripe.ErrMissing) {
		return apierror.Wrap(apierror.NotFound, err)
	}
	if err != nil || intentID == "" {
		return err
	}
	return s.Follow(ctx, intentID)
}

// Follow reads every refund and dispute of a payment from Stripe, writes down how they stand, and does what
// they are due. It may be called any number of times, in any order and at once. What belongs to a
// payment of ours that is not recorded yet waits for it; what belongs to none of ours is left alone.
func (s *Service) Follow(ctx context.Context, intentID string) error {
	ours, err := s.isOurs(ctx, intentID)
	if err != nil || !ours {
		return err
	}
	found, err := s.stripe.ListReversals(ctx, intentID)
	if err != nil {
		return err
	}
	strange, err := s.store.note(ctx, intentID, found)
	if err != nil {
		return err
	}
	s.ring(ctx, intentID, strange)
	return s.Apply(ctx, intentID)
}

// PaymentRecorded does what was noted before the payment was recorded. It is called after the commit:
// what was noted before the payment could be seen is seen then. What fails here is left to Next.
func (s *Service) PaymentRecorded(ctx context.Context, intentID string) {
	if err := s.Apply(ctx, intentID); err != nil {
		s.log.WarnContext(ctx, "refunds and disputes of a new payment wait", "intent_id", intentID, "error", err)
	}
}

// Apply does what the noted refunds and disputes of a payment are due, if the payment is recorded.
func (s *Service) Apply(ctx context.Context, intentID string) error {
	done, strange, err := s.store.apply(ctx, intentID)
	if err != nil {
		return err
	}
	for _, e := range done {
		s.effects.WithLabelValues(e.kind, e.effect).Inc()
	}
	s.ring(ctx, intentID, strange)
	return nil
}

// Next applies what is due for one payment and was not done, and reports whether there was one.
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

func (s *Service) ring(ctx context.Context, intentID string, strange []oddity) {
	for _, o := range strange {
		s.alarm.Raise(ctx, stripe.ReversalMismatch, slog.String("intent_id", intentID), slog.String("reversal_id", o.id), slog.String("why", o.why))
	}
}
