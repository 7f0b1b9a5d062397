package limits

import (
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// round is the questions of many requests in one round trip. Those of one caller under one rule are
// counted together, and then dealt out in the order of the requests.
type round struct {
	tallies []*tally
	of      map[Question]*tally
}

// tally is all equal questions of a round.
type tally struct {
	question Question
	key      string
	times    int
	reply    *redis.Cmd

	used   int // before the next request is dealt
	passes int // how many more requests are within the limit
	reset  time.Duration
}

func newRound(requests [][]Question, key func(Question) string) *round {
	r := &round{of: make(map[Question]*tally, len(requests)+1)}
	for _, questions := range requests {
		for _, q := range questions {
			t := r.of[q]
			if t == nil {
				t = &tally{question: q, key: key(q)}
				r.of[q] = t
				r.tallies = append(r.tallies, t)
			}
			t.times++
		}
	}
	return r
}

// read takes in what Redis answered.
func (t *tally) read() error {
	values, err := t.reply.Int64Slice()
	if err != nil || len(values) != 3 {
		return fmt.Errorf("an unexpected answer: %v (%w)", values, err)
	}
	t.used, t.passes, t.reset = int(values[0]), int(values[1]), time.Duration(values[2])*time.Millisecond
	return nil
}

// last is the state of the last of the requests.
func (t *tally) last() State {
	var state State
	for range t.times {
		state = t.deal()
	}
	return state
}

// share deals the answers out.
func (r *round) share(requests [][]Question) [][]State {
	all := make([][]State, len(requests))
	for i, questions := range requests {
		all[i] = make([]State, len(questions))
		for j, q := range questions {
			all[i][j] = r.of[q].deal()
		}
	}
	return all
}

func (t *tally) deal() State {
	state := State{Rule: t.question.Rule, Reset: t.reset, Exceeded: t.passes == 0}
	if !state.Exceeded {
		t.passes--
		t.used += t.question.Cost
	}
	state.Used = min(t.used, t.question.Rule.Limit)
	return state
}
