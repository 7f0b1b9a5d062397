package limits

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/batch"
)

const (
	redisLimit  = 150 * time.Millisecond // a slow Redis must not slow every request
	restAfter   = 2 * time.Second        // how long Redis is left alone once it failed
	strictLimit = time.Second            // for what is refused while Redis does not answer
	lanes       = 2                      // round trips in flight
	slow        = 20 * time.Millisecond  // the second only while the first takes longer than this
	maxTogether = 512                    // requests in one of them
	maxWaiting  = 2_000                  // requests that wait for one; beyond it they are counted locally
)

// ErrAway says that Redis does not answer. What must not be unlimited is refused then.
var ErrAway = errors.New("the limits cannot be counted")

// Rule is a limit of some number of requests in a window.
type Rule struct {
	Name   string // part of the counter's key
	Limit  int
	Window time.Duration
}

// State is where a caller stands with a rule.
type State struct {
	Rule      Rule
	Used      int
	Reset     time.Duration // until the window has moved on enough to give something back
	Exceeded  bool
	Uncounted bool // Redis is away, and a local count stands in
}

// Remaining is how many requests are left.
func (s State) Remaining() int { return max(0, s.Rule.Limit-s.Used) }

// Question asks how a caller stands with a rule, and counts Cost requests when that is within it.
type Question struct {
	Rule   Rule
	Caller string
	Cost   int // 0 only looks
}

// Limiter counts. While Redis is away it counts in this process alone.
type Limiter struct {
	redis     *redis.Client
	prefix    string
	log       *slog.Logger
	local     *local
	later     *later
	batcher   *batch.Batcher[[]Question, []State]
	restUntil atomic.Int64 // Unix nanoseconds
}

// New returns a limiter whose counters begin with prefix.
func New(client *redis.Client, prefix string, log *slog.Logger) *Limiter {
	l := &Limiter{redis: client, prefix: prefix, log: log, local: newLocal()}
	l.batcher = batch.New(batch.Config{Lanes: lanes, Slow: slow, Size: maxTogether, Waiting: maxWaiting, Patience: redisLimit}, l.countUsual)
	l.later = newLater(l.tell)
	return l
}

// Ask answers all questions in one round trip, which it shares with whoever asks at the same time. It
// never fails: without Redis it counts locally, for two seconds before it looks for Redis again.
func (l *Limiter) Ask(ctx context.Context, questions ...Question) []State {
	if time.Now().UnixNano() < l.restUntil.Load() {
		return l.local.ask(questions)
	}
	states, err := l.batcher.Ask(context.WithoutCancel(ctx), questions)
	if err != nil {
		return l.local.ask(questions)
	}
	return states
}

// AskStrictly is Ask for what must not be done uncounted, and gives Redis more time. Without Redis the
// error is ErrAway.
func (l *Limiter) AskStrictly(ctx context.Context, questions ...Question) ([]State, error) {
	states, err := l.count(ctx, strictLimit, [][]Question{questions})
	if err != nil {
		return nil, err
	}
	return states[0], nil
}

func (l *Limiter) countUsual(ctx context.Context, requests [][]Question) ([][]State, error) {
	states, err := l.count(ctx, redisLimit, requests)
	if err != nil {
		l.restUntil.Store(time.Now().Add(restAfter).UnixNano())
	}
	return states, err
}

func (l *Limiter) count(ctx context.Context, limit time.Duration, requests [][]Question) ([][]State, error) {
	round := newRound(requests, l.key)
	if err := l.run(ctx, limit, round.tallies); err != nil {
		return nil, err
	}
	return round.share(requests), nil
}

// key is the counter's, less the window.
func (l *Limiter) key(q Question) string { return l.prefix + q.Rule.Name + ":" + q.Caller }

func (l *Limiter) run(ctx context.Context, limit time.Duration, tallies []*tally) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	err := run(ctx, l.redis, tallies)
	for _, t := range tallies {
		if err == nil {
			err = t.read()
		}
	}
	if err != nil {
		l.log.WarnContext(ctx, "Redis does not count the limits", "error", err)
		return ErrAway
	}
	return nil
}

// AskLater counts without waiting for Redis, and says where the caller stood when Redis last told. It is
// for requests that are refused anyway.
func (l *Limiter) AskLater(ctx context.Context, question Question) State {
	return l.later.count(ctx, question)
}

// tell counts many requests of each caller, and returns where each stands after its last.
func (l *Limiter) tell(ctx context.Context, questions []Question, times []int) []State {
	tallies := make([]*tally, len(questions))
	for i, q := range questions {
		tallies[i] = &tally{question: q, key: l.key(q), times: times[i]}
	}
	states := make([]State, len(questions))
	if time.Now().UnixNano() >= l.restUntil.Load() {
		if l.run(ctx, redisLimit, tallies) == nil {
			for i, t := range tallies {
				states[i] = t.last()
			}
			return states
		}
		l.restUntil.Store(time.Now().Add(restAfter).UnixNano())
	}
	for i, t := range tallies {
		for range t.times {
			states[i] = l.local.ask([]Question{t.question})[0]
		}
	}
	return states
}
