package webhook

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

const (
	// ownChance is how long an event is left to Stripe's own delivery.
	ownChance = 2 * time.Minute
	// scanAgain overlaps what was scanned: Stripe's clock is not ours.
	scanAgain = 10 * time.Minute
)

// Missed finds the events that Stripe could not deliver and acts on them as if it had. Stripe tries again
// for three days by itself; this is for an address that was wrong for longer, and for being sooner.
type Missed struct {
	receiver *Receiver
	stripe   *stripe.Client
	limiter  *stripe.Limiter
	interval time.Duration
}

// NewMissed returns a finder that, of all processes, looks once in an interval.
func NewMissed(receiver *Receiver, client *stripe.Client, limiter *stripe.Limiter, interval time.Duration) *Missed {
	return &Missed{receiver: receiver, stripe: client, limiter: limiter, interval: interval}
}

// Run looks until ctx is done.
func (m *Missed) Run(ctx context.Context) error {
	return m.limiter.Repeat(ctx, m.interval, "find missed events", func(ctx context.Context) (bool, error) {
		return false, m.Look(ctx)
	}, m.receiver.log)
}

// Look acts on what was missed, oldest first, unless another process has looked in this interval. What fails is
// tried again the next time.
func (m *Missed) Look(ctx context.Context) error {
	since, due, err := m.receiver.store.claimScan(ctx, m.interval)
	if err != nil || !due {
		return err
	}
	started := time.Now()
	var missed []stripe.Event
	for page, err := range m.stripe.Undelivered(ctx, since.Add(-scanAgain), slices.Sorted(maps.Keys(subjects())), m.limiter.Wait) {
		if err != nil {
			return err
		}
		missed = append(missed, page...)
	}
	slices.Reverse(missed)
	for chunk := range slices.Chunk(missed, 500) {
		if err := m.actOn(ctx, chunk, started); err != nil {
			return err
		}
	}
	return m.receiver.store.scanned(ctx, started.Add(-ownChance))
}

func (m *Missed) actOn(ctx context.Context, missed []stripe.Event, started time.Time) error {
	unknown, err := m.receiver.store.unknown(ctx, missed)
	if err != nil {
		return err
	}
	for _, found := range missed {
		if !unknown[found.ID] || found.CreatedAt.After(started.Add(-ownChance)) {
			continue
		}
		if err := m.limiter.Wait(ctx); err != nil {
			return err
		}
		e := event{ID: found.ID, Type: found.Type, Livemode: found.Livemode, Object: found.Object, ObjectID: found.ObjectID}
		if e.subject() == nothing || e.Livemode != m.receiver.livemode {
			continue
		}
		if err := m.receiver.act(ctx, e); err != nil {
			return fmt.Errorf("act on the missed event %s: %w", e.ID, err)
		}
		m.receiver.log.InfoContext(ctx, "an event that was not delivered has been acted on", "event_id", e.ID, "type", e.Type)
	}
	return nil
}
