package settlement

import (
	"context"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// Sweeper asks Stripe about checkouts that stay open: after age, and then at ever longer intervals,
// until a day after they expired. Several may run: each checkout is in the hands of one.
type Sweeper struct {
	store      Store
	age        time.Duration
	settlement *Service
	limiter    *stripe.Limiter
	interval   time.Duration
	log        *slog.Logger
}

// NewSweeper returns a sweeper that runs every interval and leaves checkouts younger than age alone.
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

// round looks at every checkout that is due for a look, and ends early when Stripe does not answer.
func (s *Sweeper) round(ctx context.Context) {
	if err := s.store.expireUnopened(ctx); err != nil {
		s.complain(ctx, "expire unopened checkouts", err)
	}
	for ctx.Err() == nil {
		sessionID, err := s.store.claimDue(ctx, s.age)
		if err != nil {
			s.complain(ctx, "claim", err)
			return
		}
		if sessionID == "" {
			return
		}
		crashpoint.Here(crashpoint.SweepClaimed)
		if !s.look(ctx, sessionID) {
			return
		}
	}
}

// look reports whether to go on with the next checkout.
func (s *Sweeper) look(ctx context.Context, sessionID string) bool {
	err := s.limiter.Wait(ctx)
	if err == nil {
		_, err = s.settlement.SettleCheckout(ctx, sessionID)
	}
	if err == nil {
		return true
	}
	s.complain(ctx, "fulfil "+sessionID, err)
	if !apierror.Has(err, apierror.ServiceUnavailable) {
		return true
	}
	if err := s.store.retrySoon(ctx, sessionID, s.interval); err != nil {
		s.complain(ctx, "put back "+sessionID, err)
	}
	return false
}

func (s *Sweeper) complain(ctx context.Context, step string, err error) {
	if ctx.Err() == nil {
		s.log.WarnContext(ctx, "the sweep failed at a step; it will try again", "step", step, "error", err)
	}
}
