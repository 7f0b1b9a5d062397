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
	// deliveryGrace is how long an event is left to Stripe's own delivery.
	deliveryGrace = 2 * time.Minute
	// scanOverlap is how far a scan reaches back into the previous one: Stripe's clock is not ours.
	scanOverlap = 10 * time.Minute
)

// Missed handles the events that Stripe could not deliver. Stripe itself retries for three days; Missed covers endpoints
// that were unreachable for longer, and shortens the delay.
type Missed struct {
	receiver *Receiver
	stripe   *stripe.Client
	limiter  *stripe.Limiter
	interval time.Duration
}

// NewMissed returns a scanner that runs once per interval across all processes.
func NewMissed(receiver *Receiver, client *stripe.Client, limiter *stripe.Limiter, interval time.Duration) *Missed {
	return &Missed{receiver: receiver, stripe: client, limiter: limiter, interval: interval}
}

// Run scans until ctx is done.
func (m *Missed) Run(ctx context.Context) error {
	return m.limiter.Repeat(ctx, m.interval, "find missed events", func(ctx context.Context) (bool, error) {
		return false, m.Scan(ctx)
	}, m.receiver.log)
}

// Scan handles the missed events, oldest first, unless another process has scanned in this interval. Events that fail
// are retried by the next scan.
func (m *Missed) Scan(ctx context.Context) error {
	since, due, err := m.receiver.store.claimScan(ctx, m.interval)
	if err != nil || !due {
		return err
	}
	started := time.Now()
	var missed []stripe.Event
	for page, err := range m.stripe.Undelivered(ctx, since.Add(-scanOverlap), slices.Sorted(maps.Keys(subjects())), m.limiter.Wait) {
		if err != nil {
			return err
		}
		missed = append(missed, page...)
	}
	slices.Reverse(missed)
	for chunk := range slices.Chunk(missed, 500) {
		if err := m.handleUnknown(ctx, chunk, started); err != nil {
			return err
		}
	}
	return m.receiver.store.scanned(ctx, started.Add(-deliveryGrace))
}

func (m *Missed) handleUnknown(ctx context.Context, missed []stripe.Event, started time.Time) error {
	unknown, err := m.receiver.store.unknown(ctx, missed)
	if err != nil {
		return err
	}
	for _, found := range missed {
		if !unknown[found.ID] || found.CreatedAt.After(started.Add(-deliveryGrace)) {
			continue
		}
		if err := m.limiter.Wait(ctx); err != nil {
			return err
		}
		e := event{ID: found.ID, Type: found.Type, Livemode: found.Livemode, Object: found.Object, ObjectID: found.ObjectID}
		if e.subject() == none || e.Livemode != m.receiver.livemode {
			continue
		}
		if err := m.receiver.handle(ctx, e); err != nil {
			return fmt.Errorf("handle the missed event %s: %w", e.ID, err)
		}
		m.receiver.log.InfoContext(ctx, "an undelivered event has been handled", "event_id", e.ID, "type", e.Type)
	}
	return nil
}
