package pace

import (
	"context"
	"fmt"
	"time"
)

// gap between two turns: with it no second has more than ten, wherever it begins.
const gap = 111 * time.Millisecond

// Pace hands out turns. All processes of billing share one, in the database: Stripe allows an account
// 25 to 100 requests a second in all, and those of people come first (https://docs.stripe.com/rate-limits).
type Pace struct {
	store Store
}

// New returns the pace that store keeps.
func New(store Store) *Pace { return &Pace{store: store} }

// Wait returns when it is the caller's turn to make one request, or with an error when ctx is done.
func (p *Pace) Wait(ctx context.Context) error {
	wait, err := p.store.turn(ctx)
	if err != nil {
		return fmt.Errorf("wait for a turn: %w", err)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(wait):
		return nil
	}
}
