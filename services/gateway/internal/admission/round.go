package admission

import (
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// round holds the charges of many requests in one round trip. Equal charges become one tally, whose answer is then
// dealt out in the order of the requests.
type round struct {
	tallies []*tally
	of      map[charge]*tally
}

// tally counts the equal charges of a round.
type tally struct {
	charge charge
	key    string
	times  int
	reply  *redis.Cmd

	used   int // before the next request is dealt
	passes int // how many more requests are within the limit
	reset  time.Duration
}

func newRound(requests [][]charge, key func(charge) string) *round {
	r := &round{of: make(map[charge]*tally, len(requests)+1)}
	for _, charges := range requests {
		for _, c := range charges {
			t := r.of[c]
			if t == nil {
				t = &tally{charge: c, key: key(c)}
				r.of[c] = t
				r.tallies = append(r.tallies, t)
			}
			t.times++
		}
	}
	return r
}

// read parses the answer of Redis.
func (t *tally) read() error {
	values, err := t.reply.Int64Slice()
	if err != nil || len(values) != 3 {
		return fmt.Errorf("an unexpected answer: %v (%w)", values, err)
	}
	t.used, t.passes, t.reset = int(values[0]), int(values[1]), time.Duration(values[2])*time.Millisecond
	return nil
}

// last returns the status of the last of the requests.
func (t *tally) last() status {
	var current status
	for range t.times {
		current = t.deal()
	}
	return current
}

// share deals the statuses out.
func (r *round) share(requests [][]charge) [][]status {
	all := make([][]status, len(requests))
	for i, charges := range requests {
		all[i] = make([]status, len(charges))
		for j, c := range charges {
			all[i][j] = r.of[c].deal()
		}
	}
	return all
}

func (t *tally) deal() status {
	current := status{rule: t.charge.rule, reset: t.reset, exceeded: t.passes == 0}
	if !current.exceeded {
		t.passes--
		t.used += t.charge.cost
	}
	current.used = min(t.used, t.charge.rule.limit)
	return current
}
