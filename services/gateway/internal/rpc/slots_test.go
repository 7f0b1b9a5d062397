package rpc

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
)

func slowly(ctx context.Context, _ int) (int, error) {
	select {
	case <-time.After(10 * time.Second):
		return 0, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func TestAccountsThatAskForEverythingKeepNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := shared(newSlots(), slowly)
		ctx, cancel := context.WithCancel(t.Context())
		var greedy sync.WaitGroup
		for account := range 5 {
			for range 230 {
				greedy.Go(func() { _, _ = call(ForAccount(ctx, strconv.Itoa(account)), 0) })
			}
		}
		synctest.Wait()
		for range 20 {
			began := time.Now()
			_, err := call(ForAccount(ctx, "neighbour"), 0)
			require.NoError(t, err)
			require.Equal(t, 10*time.Second, time.Since(began), "a slot was free at once")
		}
		cancel()
		greedy.Wait()
	})
}

func TestWhatAnAccountHasWaitingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := shared(newSlots(), slowly)
		ctx, cancel := context.WithCancel(ForAccount(t.Context(), "a"))
		var waiting sync.WaitGroup
		for range maxOfAccount + maxWaiting {
			waiting.Go(func() { _, _ = call(ctx, 0) })
		}
		synctest.Wait()
		_, err := call(ctx, 0)
		require.True(t, apierror.Has(err, apierror.RateLimitExceeded), "%v", err)
		_, err = call(t.Context(), 0)
		require.NoError(t, err, "requests without an account have slots of their own")
		cancel()
		waiting.Wait()
		_, err = call(ForAccount(t.Context(), "a"), 0)
		require.NoError(t, err, "who has gone leaves the queue")
	})
}
