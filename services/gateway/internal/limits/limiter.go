package limits

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	redisLimit  = 150 * time.Millisecond // a slow Redis must not slow every request
	restAfter   = 2 * time.Second        // how long Redis is left alone once it failed
	strictLimit = time.Second            // for what is refused while Redis does not answer
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
	restUntil atomic.Int64 // Unix nanoseconds
}

// New returns a limiter whose counters begin with prefix.
func New(client *redis.Client, prefix string, log *slog.Logger) *Limiter {
	return &Limiter{redis: client, prefix: prefix, log: log, local: newLocal()}
}

// Ask answers all questions in one round trip. It never fails: without Redis it counts locally, for two
// seconds before it looks for Redis again.
func (l *Limiter) Ask(ctx context.Context, questions ...Question) []State {
	now := time.Now()
	if now.UnixNano() < l.restUntil.Load() {
		return l.local.ask(questions)
	}
	states, err := l.count(ctx, redisLimit, questions)
	if err != nil {
		l.restUntil.Store(now.Add(restAfter).UnixNano())
		return l.local.ask(questions)
	}
	return states
}

// AskStrictly is Ask for what must not be done uncounted, and gives Redis more time. Without Redis the
// error is ErrAway.
func (l *Limiter) AskStrictly(ctx context.Context, questions ...Question) ([]State, error) {
	return l.count(ctx, strictLimit, questions)
}

func (l *Limiter) count(ctx context.Context, limit time.Duration, questions []Question) ([]State, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	pipe := l.redis.Pipeline()
	replies := make([]*redis.Cmd, len(questions))
	for i, q := range questions {
		replies[i] = window.Eval(ctx, pipe, []string{l.prefix + q.Rule.Name + ":" + q.Caller},
			q.Rule.Limit, q.Rule.Window.Milliseconds(), q.Cost)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		l.log.WarnContext(ctx, "Redis does not count the limits", "error", err)
		return nil, ErrAway
	}
	return readStates(questions, replies)
}

func readStates(questions []Question, replies []*redis.Cmd) ([]State, error) {
	states := make([]State, len(questions))
	for i, reply := range replies {
		values, err := reply.Int64Slice()
		if err != nil || len(values) != 3 {
			return nil, ErrAway
		}
		states[i] = State{
			Rule: questions[i].Rule, Used: int(values[0]), Exceeded: values[1] == 0, Reset: time.Duration(values[2]) * time.Millisecond,
		}
	}
	return states, nil
}
