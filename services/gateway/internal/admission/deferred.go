package admission

import (
	"context"
	"sync"
	"time"
)

// staleAfter is how long Redis's answer about a charge is used without asking again.
const staleAfter = time.Second

// deferredLimiter counts without making the caller wait: it tallies charges locally and sends them to Redis together,
// one round trip after another. A flood of malformed keys then costs no round trips of its own. What other gateways
// count is seen one round trip late.
type deferredLimiter struct {
	send func(context.Context, []charge, []int) []status

	mu      sync.Mutex
	pending map[charge]int // not sent yet
	sent    map[charge]int // sent, not answered yet
	answers map[charge]timedStatus
	sending bool
}

type timedStatus struct {
	status status
	at     time.Time
}

func newDeferredLimiter(send func(context.Context, []charge, []int) []status) *deferredLimiter {
	return &deferredLimiter{send: send, pending: map[charge]int{}, answers: map[charge]timedStatus{}}
}

// count tallies one charge and returns its status as far as it is known.
func (d *deferredLimiter) count(ctx context.Context, c charge) status {
	now := time.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	current := status{rule: c.rule, reset: c.rule.window}
	if known, ok := d.answers[c]; ok && now.Sub(known.at) < staleAfter {
		current = known.status
	}
	current.used += (d.sent[c] + d.pending[c]) * c.cost
	if current.exceeded || current.used+c.cost > c.rule.limit {
		current.used, current.exceeded = min(current.used, c.rule.limit), true
		return current
	}
	current.used += c.cost
	d.pending[c]++
	if !d.sending {
		d.sending = true
		go d.sendAll(context.WithoutCancel(ctx))
	}
	return current
}

// sendAll sends until nothing is pending.
func (d *deferredLimiter) sendAll(ctx context.Context) {
	for {
		charges, times := d.take()
		if charges == nil {
			return
		}
		d.store(charges, d.send(ctx, charges, times))
	}
}

func (d *deferredLimiter) take() (charges []charge, times []int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.pending) == 0 {
		d.sending = false
		return nil, nil
	}
	for c, n := range d.pending {
		charges, times = append(charges, c), append(times, n)
	}
	d.sent, d.pending = d.pending, map[charge]int{}
	return charges, times
}

func (d *deferredLimiter) store(charges []charge, statuses []status) {
	now := time.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent = nil
	if len(d.answers)+len(statuses) > maxLocalCounts {
		clear(d.answers) // they are asked for again
	}
	for i, s := range statuses {
		d.answers[charges[i]] = timedStatus{s, now}
	}
}
