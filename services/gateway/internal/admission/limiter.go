package admission

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// errRedisDown means that Redis does not count. Requests that must not go uncounted are refused then.
var errRedisDown = errors.New("the limits cannot be counted")

// rule allows a number of requests in a sliding window.
type rule struct {
	name   string // part of the counter's key
	limit  int
	window time.Duration
}

// charge counts requests of a subject, such as a key or an address, if they are within the rule.
type charge struct {
	rule    rule
	subject string
	cost    int // 0 reads the counter and counts nothing
}

// status is the usage of a rule by a subject.
type status struct {
	rule      rule
	used      int
	reset     time.Duration // until the window has moved enough to give something back
	exceeded  bool
	uncounted bool // Redis is down: this is a local count
}

func (s status) remaining() int { return max(0, s.rule.limit-s.used) }

// limiter counts requests in Redis, so that all gateways count together. While Redis is down it counts in this
// process alone.
type limiter struct {
	redis       *redis.Client
	prefix      string
	log         *slog.Logger
	local       *localLimiter
	deferred    *deferredLimiter
	batcher     *batcher[[]charge, []status]
	pausedUntil atomic.Int64 // Unix nanoseconds
}

// newLimiter returns a limiter whose counters' names begin with prefix.
func newLimiter(client *redis.Client, prefix string, log *slog.Logger) *limiter {
	l := &limiter{redis: client, prefix: prefix, log: log, local: newLocalLimiter()}
	l.batcher = newBatcher(batchConfig{
		inFlight: maxRedisTrips, slow: slowRedisTrip, size: maxCountedAtOne, maxQueued: maxCountsQueued, maxWaiting: redisTimeout,
	}, l.countBatch)
	l.deferred = newDeferredLimiter(l.countDeferred)
	return l
}

// count makes all charges in one round trip, shared with concurrent requests. It never fails: while Redis is down it
// counts locally, and tries Redis again after redisPause.
func (l *limiter) count(ctx context.Context, charges ...charge) []status {
	if l.paused() {
		return l.local.count(charges)
	}
	statuses, err := l.batcher.ask(context.WithoutCancel(ctx), charges)
	if err != nil {
		return l.local.count(charges)
	}
	return statuses
}

// countStrictly is count for requests that must not go uncounted. It gives Redis more time, and fails with
// errRedisDown.
func (l *limiter) countStrictly(ctx context.Context, charges ...charge) ([]status, error) {
	statuses, err := l.countNow(ctx, strictTimeout, [][]charge{charges})
	if err != nil {
		return nil, err
	}
	return statuses[0], nil
}

// countLater counts without waiting for Redis. The status is as of Redis's latest answer about the subject. It is for
// requests that are refused anyway.
func (l *limiter) countLater(ctx context.Context, c charge) status { return l.deferred.count(ctx, c) }

func (l *limiter) countBatch(ctx context.Context, requests [][]charge) ([][]status, error) {
	statuses, err := l.countNow(ctx, redisTimeout, requests)
	if err != nil {
		l.pause()
	}
	return statuses, err
}

func (l *limiter) countNow(ctx context.Context, timeout time.Duration, requests [][]charge) ([][]status, error) {
	round := newRound(requests, l.key)
	if err := l.run(ctx, timeout, round.tallies); err != nil {
		return nil, err
	}
	return round.share(requests), nil
}

// countDeferred makes each charge the given number of times and returns the status after its last.
func (l *limiter) countDeferred(ctx context.Context, charges []charge, times []int) []status {
	tallies := make([]*tally, len(charges))
	for i, c := range charges {
		tallies[i] = &tally{charge: c, key: l.key(c), times: times[i]}
	}
	statuses := make([]status, len(charges))
	if !l.paused() {
		if l.run(ctx, redisTimeout, tallies) == nil {
			for i, t := range tallies {
				statuses[i] = t.last()
			}
			return statuses
		}
		l.pause()
	}
	for i, t := range tallies {
		for range t.times {
			statuses[i] = l.local.count([]charge{t.charge})[0]
		}
	}
	return statuses
}

// key is the counter's name, without the window.
func (l *limiter) key(c charge) string { return l.prefix + c.rule.name + ":" + c.subject }

func (l *limiter) paused() bool { return time.Now().UnixNano() < l.pausedUntil.Load() }

func (l *limiter) pause() { l.pausedUntil.Store(time.Now().Add(redisPause).UnixNano()) }

func (l *limiter) run(ctx context.Context, timeout time.Duration, tallies []*tally) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	err := runScript(ctx, l.redis, tallies)
	for _, t := range tallies {
		if err == nil {
			err = t.read()
		}
	}
	if err != nil {
		l.log.WarnContext(ctx, "Redis does not count the limits", "error", err)
		return errRedisDown
	}
	return nil
}
