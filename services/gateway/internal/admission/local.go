package admission

import (
	"sync"
	"time"
)

// localLimiter counts in fixed windows in this process, while Redis is down. Beyond maxLocalCounts all counters start
// again: it is an emergency count.
type localLimiter struct {
	mu     sync.Mutex
	counts map[string]*windowCount
}

type windowCount struct {
	used int
	ends time.Time
}

func newLocalLimiter() *localLimiter { return &localLimiter{counts: map[string]*windowCount{}} }

func (l *localLimiter) count(charges []charge) []status {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	statuses := make([]status, len(charges))
	for i, c := range charges {
		statuses[i] = l.countOne(c, now)
	}
	return statuses
}

func (l *localLimiter) countOne(c charge, now time.Time) status {
	key := c.rule.name + ":" + c.subject
	counted := l.counts[key]
	if counted == nil || now.After(counted.ends) {
		if len(l.counts) >= maxLocalCounts {
			clear(l.counts)
		}
		counted = &windowCount{ends: now.Add(c.rule.window)}
		l.counts[key] = counted
	}
	current := status{rule: c.rule, used: counted.used, reset: counted.ends.Sub(now), uncounted: true}
	if counted.used+max(c.cost, 1) > c.rule.limit {
		current.exceeded = true
		return current
	}
	counted.used += c.cost
	current.used = counted.used
	return current
}
