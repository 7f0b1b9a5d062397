package limits_test

import (
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/limits"
	"github.com/mintfax/mintfax/shared/ids"
)

var rule = limits.Rule{Name: "key", Limit: 50, Window: time.Minute}

func limiter(t *testing.T) *limits.Limiter {
	t.Helper()
	return limits.New(redisClient(t), "test:"+ids.Base62(10)+":", slog.New(slog.DiscardHandler))
}

func redisClient(t *testing.T) *redis.Client {
	t.Helper()
	at := os.Getenv("TEST_REDIS_URL")
	if at == "" {
		t.Fatal("TEST_REDIS_URL is not set: run the tests with `make test`, which starts the servers")
	}
	options, err := redis.ParseURL(at)
	require.NoError(t, err)
	client := redis.NewClient(options)
	t.Cleanup(func() { client.Close() })
	return client
}

func TestExactlyTheLimitPassesHoweverManyAtOnce(t *testing.T) {
	l := limiter(t)
	var passed atomic.Int64
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			state := l.Ask(t.Context(), limits.Question{Rule: rule, Caller: "a", Cost: 1})[0]
			if state.Uncounted {
				t.Error("Redis did not count")
			}
			if !state.Exceeded {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 50, passed.Load(), "those who share a round trip, too")
	state := l.Ask(t.Context(), limits.Question{Rule: rule, Caller: "a", Cost: 1})[0]
	require.True(t, state.Exceeded)
	require.Zero(t, state.Remaining())
	require.Positive(t, state.Reset)
	require.LessOrEqual(t, state.Reset, time.Minute)
	require.False(t, l.Ask(t.Context(), limits.Question{Rule: rule, Caller: "b", Cost: 1})[0].Exceeded, "callers do not share")
}

func TestTheRemainderShrinksByOneWithEachRequest(t *testing.T) {
	l := limiter(t)
	var mu sync.Mutex
	seen := map[int]int{}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			state := l.Ask(t.Context(), limits.Question{Rule: rule, Caller: "a", Cost: 1})[0]
			mu.Lock()
			seen[state.Remaining()]++
			mu.Unlock()
		})
	}
	wg.Wait()
	for remaining := range 50 {
		require.Equal(t, 1, seen[remaining], "%d remaining", remaining)
	}
}

func TestARedisThatForgotTheScriptIsToldAgain(t *testing.T) {
	l := limiter(t)
	require.NoError(t, redisClient(t).ScriptFlush(t.Context()).Err())
	require.Equal(t, 49, l.Ask(t.Context(), limits.Question{Rule: rule, Caller: "a", Cost: 1})[0].Remaining())
}

func TestLookingCostsNothing(t *testing.T) {
	l := limiter(t)
	for range 200 {
		require.False(t, l.Ask(t.Context(), limits.Question{Rule: rule, Caller: "a"})[0].Exceeded)
	}
	require.Equal(t, 49, l.Ask(t.Context(), limits.Question{Rule: rule, Caller: "a", Cost: 1})[0].Remaining())
}

func TestTheWindowMovesOn(t *testing.T) {
	l := limiter(t)
	short := limits.Rule{Name: "short", Limit: 3, Window: 300 * time.Millisecond}
	require.Eventually(t, func() bool { // use it up within one window
		return l.Ask(t.Context(), limits.Question{Rule: short, Caller: "a", Cost: 1})[0].Exceeded
	}, 5*time.Second, time.Millisecond)
	require.Eventually(t, func() bool {
		return !l.Ask(t.Context(), limits.Question{Rule: short, Caller: "a", Cost: 1})[0].Exceeded
	}, 5*time.Second, 10*time.Millisecond)
}

func TestWithoutRedisCallsAreCountedLocallyAndStrictOnesRefused(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { client.Close() })
	l := limits.New(client, "x:", slog.New(slog.DiscardHandler))
	_, err := l.AskStrictly(t.Context(), limits.Question{Rule: rule, Caller: "a", Cost: 1})
	require.ErrorIs(t, err, limits.ErrAway)
	passed := 0
	for range 80 {
		if !l.Ask(t.Context(), limits.Question{Rule: rule, Caller: "a", Cost: 1})[0].Exceeded {
			passed++
		}
	}
	require.Equal(t, 50, passed)
}

func TestCountingLaterIsExactInOneGatewayAndSeenByOthers(t *testing.T) {
	prefix := "test:" + ids.Base62(10) + ":"
	one := limits.New(redisClient(t), prefix, slog.New(slog.DiscardHandler))
	question := limits.Question{Rule: rule, Caller: "a", Cost: 1}
	var passed atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 20 {
				if !one.AskLater(t.Context(), question).Exceeded {
					passed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 50, passed.Load())
	other := limits.New(redisClient(t), prefix, slog.New(slog.DiscardHandler))
	require.Eventually(t, func() bool {
		return other.Ask(t.Context(), limits.Question{Rule: rule, Caller: "a"})[0].Exceeded
	}, time.Second, time.Millisecond)
	require.Eventually(t, func() bool { return other.AskLater(t.Context(), question).Exceeded }, time.Second, time.Millisecond)
}

func TestCountingLaterGoesOnWithoutRedis(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { client.Close() })
	l := limits.New(client, "x:", slog.New(slog.DiscardHandler))
	passed := 0
	for range 80 {
		if !l.AskLater(t.Context(), limits.Question{Rule: rule, Caller: "a", Cost: 1}).Exceeded {
			passed++
		}
		time.Sleep(time.Millisecond)
	}
	require.InDelta(t, 50, passed, 1)
}
