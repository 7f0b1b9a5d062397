package fairqueue

import (
	"math"
	"time"
)

const (
	halfLife = 2 * time.Minute // after which half of a cost counts
	maxSpent = 10_000          // accounts; beyond it those that hardly count are forgotten
)

// ledger is what accounts have cost of late.
type ledger map[string]cost

// cost was so many seconds at a time.
type cost struct {
	seconds float64
	at      time.Time
}

func (l ledger) of(name string, now time.Time) float64 {
	c, found := l[name]
	if !found {
		return 0
	}
	return c.seconds * math.Exp2(-now.Sub(c.at).Seconds()/halfLife.Seconds())
}

func (l ledger) add(name string, spent time.Duration, now time.Time) {
	if len(l) >= maxSpent {
		l.forget(now)
	}
	l[name] = cost{l.of(name, now) + spent.Seconds(), now}
}

// forget drops what has become less than a tenth of a second, and everything when that is not enough.
func (l ledger) forget(now time.Time) {
	for name := range l {
		if l.of(name, now) < 0.1 {
			delete(l, name)
		}
	}
	if len(l) >= maxSpent {
		clear(l)
	}
}
