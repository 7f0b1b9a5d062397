package fairqueue

import (
	"math"
	"time"
)

const (
	halfLife = 2 * time.Minute // of a recorded cost
	maxSpent = 10_000          // accounts; above it negligible costs are dropped
)

// ledger records the recent cost of accounts.
type ledger map[string]cost

// cost is a number of seconds as of a time.
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

// forget drops costs below a tenth of a second, and all costs when that is not enough.
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
