package limits

import (
	"context"
	"sync"
	"time"
)

// staleAfter is how long what Redis said about a caller is believed without asking again.
const staleAfter = time.Second

// later counts without making the caller wait: requests are tallied here and told to Redis together, one
// round trip after the other. What is refused anyway, such as a flood of keys that cannot be any, costs
// no round trip of its own then. What other gateways count is seen one round trip late.
type later struct {
	tell func(context.Context, []Question, []int) []State // nil when Redis is away

	mu      sync.Mutex
	pending map[Question]int // requests that Redis is not told of yet
	told    map[Question]int // and those that it is being told of
	known   map[Question]knowledge
	telling bool
}

type knowledge struct {
	state State
	at    time.Time
}

func newLater(tell func(context.Context, []Question, []int) []State) *later {
	return &later{tell: tell, pending: map[Question]int{}, known: map[Question]knowledge{}}
}

// count takes one request in and says where its caller stands, as far as is known.
func (l *later) count(ctx context.Context, q Question) State {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	state := State{Rule: q.Rule, Reset: q.Rule.Window}
	if known, ok := l.known[q]; ok && now.Sub(known.at) < staleAfter {
		state = known.state
	}
	state.Used += (l.told[q] + l.pending[q]) * q.Cost
	if state.Exceeded || state.Used+q.Cost > q.Rule.Limit {
		state.Used, state.Exceeded = min(state.Used, q.Rule.Limit), true
		return state
	}
	state.Used += q.Cost
	l.pending[q]++
	if !l.telling {
		l.telling = true
		go l.tellAll(context.WithoutCancel(ctx))
	}
	return state
}

// tellAll goes on until nothing is pending.
func (l *later) tellAll(ctx context.Context) {
	for {
		questions, times := l.take()
		if questions == nil {
			return
		}
		states := l.tell(ctx, questions, times)
		l.learn(questions, states)
	}
}

func (l *later) take() (questions []Question, times []int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending) == 0 {
		l.telling = false
		return nil, nil
	}
	for q, n := range l.pending {
		questions, times = append(questions, q), append(times, n)
	}
	l.told, l.pending = l.pending, map[Question]int{}
	return questions, times
}

func (l *later) learn(questions []Question, states []State) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = nil
	if len(l.known)+len(states) > maxCallers {
		clear(l.known) // they are asked about again
	}
	for i, state := range states {
		l.known[questions[i]] = knowledge{state, now}
	}
}
