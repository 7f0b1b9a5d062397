package settlement

import (
	"context"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// Sweeper settles the checkouts that neither a webhook nor the success page settled. It asks Stripe about an open
// checkout once it is old enough, then at growing intervals until a day after it expired. Several sweepers may run: each
// claims its own checkouts.
type Sweeper struct {
	store      Store
	age        time.Duration
	settlement *Service
	limiter    *stripe.Limiter
	interval   time.Duration
	log        *slog.Logger
}

// NewSweeper returns a sweeper that runs every interval and skips checkouts younger than age.
func NewSweeper(store Store, age time.Duration, settlement *Service, limiter *stripe.Limiter, interval time.Duration, log *slog.Logger) *Sweeper {
	return &Sweeper{store: store, age: age, settlement: settlement, limiter: limiter, interval: interval, log: log}
}

// Run sweeps until ctx is done.
func (s *Sweeper) Run(ctx context.Context) error {
	ticker := time.NewTicker(s.interval)
	defer ticker.Stop()
	for {
		s.round(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// round checks every checkout that is due, and stops early when Stripe does not answer.
func (s *Sweeper) round(ctx context.Context) {
	if err := s.store.expireUnopened(ctx); err != nil {
		s.warn(ctx, "expire unopened checkouts", err)
	}
	for ctx.Err() == nil {
		sessionID, err := s.store.claimDue(ctx, s.age)
		if err != nil {
			s.warn(ctx, "claim", err)
			return
		}
		if sessionID == "" {
			return
		}
		crashpoint.Here(crashpoint.SweepClaimed)
		if !s.check(ctx, sessionID) {
			return
		}
	}
}

// check settles one checkout and reports whether to continue with the next.
func (s *Sweeper) check(ctx context.Context, sessionID string) bool {
	err := s.limiter.Wait(ctx)
	if err == nil {
		_, err = s.settlement.SettleCheckout(ctx, sessionID)
	}
	if err == nil {
		return true
	}
	s.warn(ctx, "settle "+sessionID, err)
	if !apierror.Has(err, apierror.ServiceUnavailable) {
		return true
	}
	if err := s.store.retrySoon(ctx, sessionID, s.interval); err != nil {
		s.warn(ctx, "reschedule "+sessionID, err)
	}
	return false
}

func (s *Sweeper) warn(ctx context.Context, step string, err error) {
	if ctx.Err() == nil {
		s.log.WarnContext(ctx, "the checkout sweep failed at a step and will retry", "step", step, "error", err)
	}
}
