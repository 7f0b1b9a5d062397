package admission

import (
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/ids"
)

var testRule = rule{name: "key", limit: 50, window: time.Minute}

func newTestLimiter(t *testing.T) *limiter {
	t.Helper()
	return newLimiter(redisClient(t), "test:"+ids.Base62(10)+":", slog.New(slog.DiscardHandler))
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

func TestExactlyTheLimitPassesConcurrently(t *testing.T) {
	l := newTestLimiter(t)
	var passed atomic.Int64
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			got := l.count(t.Context(), charge{rule: testRule, subject: "a", cost: 1})[0]
			if got.uncounted {
				t.Error("Redis did not count")
			}
			if !got.exceeded {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 50, passed.Load(), "those who share a round trip, too")
	got := l.count(t.Context(), charge{rule: testRule, subject: "a", cost: 1})[0]
	require.True(t, got.exceeded)
	require.Zero(t, got.remaining())
	require.Positive(t, got.reset)
	require.LessOrEqual(t, got.reset, time.Minute)
	require.False(t, l.count(t.Context(), charge{rule: testRule, subject: "b", cost: 1})[0].exceeded, "callers do not share")
}

func TestRemainingShrinksByOneWithEachRequest(t *testing.T) {
	l := newTestLimiter(t)
	var mu sync.Mutex
	seen := map[int]int{}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			got := l.count(t.Context(), charge{rule: testRule, subject: "a", cost: 1})[0]
			mu.Lock()
			seen[got.remaining()]++
			mu.Unlock()
		})
	}
	wg.Wait()
	for remaining := range 50 {
		require.Equal(t, 1, seen[remaining], "%d remaining", remaining)
	}
}

func TestFlushedScriptIsLoadedAgain(t *testing.T) {
	l := newTestLimiter(t)
	require.NoError(t, redisClient(t).ScriptFlush(t.Context()).Err())
	require.Equal(t, 49, l.count(t.Context(), charge{rule: testRule, subject: "a", cost: 1})[0].remaining())
}

func TestZeroCostCountsNothing(t *testing.T) {
	l := newTestLimiter(t)
	for range 200 {
		require.False(t, l.count(t.Context(), charge{rule: testRule, subject: "a"})[0].exceeded)
	}
	require.Equal(t, 49, l.count(t.Context(), charge{rule: testRule, subject: "a", cost: 1})[0].remaining())
}

func TestWindowSlides(t *testing.T) {
	l := newTestLimiter(t)
	short := rule{name: "short", limit: 3, window: 300 * time.Millisecond}
	require.Eventually(t, func() bool { // use it up within one window
		return l.count(t.Context(), charge{rule: short, subject: "a", cost: 1})[0].exceeded
	}, 5*time.Second, time.Millisecond)
	require.Eventually(t, func() bool {
		return !l.count(t.Context(), charge{rule: short, subject: "a", cost: 1})[0].exceeded
	}, 5*time.Second, 10*time.Millisecond)
}

func TestWithoutRedisLocalCountsApplyAndStrictOnesFail(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { client.Close() })
	l := newLimiter(client, "x:", slog.New(slog.DiscardHandler))
	_, err := l.countStrictly(t.Context(), charge{rule: testRule, subject: "a", cost: 1})
	require.ErrorIs(t, err, errRedisDown)
	passed := 0
	for range 80 {
		if !l.count(t.Context(), charge{rule: testRule, subject: "a", cost: 1})[0].exceeded {
			passed++
		}
	}
	require.Equal(t, 50, passed)
}

func TestDeferredCountIsExactInOneGatewayAndVisibleToOthers(t *testing.T) {
	prefix := "test:" + ids.Base62(10) + ":"
	one := newLimiter(redisClient(t), prefix, slog.New(slog.DiscardHandler))
	c := charge{rule: testRule, subject: "a", cost: 1}
	var passed atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 20 {
				if !one.countLater(t.Context(), c).exceeded {
					passed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 50, passed.Load())
	other := newLimiter(redisClient(t), prefix, slog.New(slog.DiscardHandler))
	require.Eventually(t, func() bool {
		return other.count(t.Context(), charge{rule: testRule, subject: "a"})[0].exceeded
	}, time.Second, time.Millisecond)
	require.Eventually(t, func() bool { return other.countLater(t.Context(), c).exceeded }, time.Second, time.Millisecond)
}

func TestDeferredCountContinuesWithoutRedis(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { client.Close() })
	l := newLimiter(client, "x:", slog.New(slog.DiscardHandler))
	passed := 0
	for range 80 {
		if !l.countLater(t.Context(), charge{rule: testRule, subject: "a", cost: 1}).exceeded {
			passed++
		}
		time.Sleep(time.Millisecond)
	}
	require.InDelta(t, 50, passed, 1)
}
