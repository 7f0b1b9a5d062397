package limits

import (
	"sync"
	"time"
)

// maxCallers bounds the local counters. Beyond it all begin anew: it is an emergency count.
const maxCallers = 100_000

// local counts in fixed windows, in this process, while Redis is away.
type local struct {
	mu     sync.Mutex
	counts map[string]*count
}

type count struct {
	used int
	ends time.Time
}

func newLocal() *local { return &local{counts: map[string]*count{}} }

func (l *local) ask(questions []Question) []State {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	states := make([]State, len(questions))
	for i, q := range questions {
		states[i] = l.one(q, now)
	}
	return states
}

func (l *local) one(q Question, now time.Time) State {
	key := q.Rule.Name + ":" + q.Caller
	c := l.counts[key]
	if c == nil || now.After(c.ends) {
		if len(l.counts) >= maxCallers {
			clear(l.counts)
		}
		c = &count{ends: now.Add(q.Rule.Window)}
		l.counts[key] = c
	}
	state := State{Rule: q.Rule, Used: c.used, Reset: c.ends.Sub(now), Uncounted: true}
	if c.used+max(q.Cost, 1) > q.Rule.Limit {
		state.Exceeded = true
		return state
	}
	c.used += q.Cost
	state.Used = c.used
	return state
}
