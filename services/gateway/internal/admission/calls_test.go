package admission

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

// slowService answers every call after 10 s.
type slowService struct{}

func (slowService) CallMethod(ctx context.Context, _ string, _ []byte) ([]byte, error) {
	select {
	case <-time.After(10 * time.Second):
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func slowCalls() func(context.Context) error {
	calls := NewCalls(slowService{})
	return func(ctx context.Context) error {
		_, err := calls.CallMethod(ctx, "fax.get", nil)
		return err
	}
}

func TestGreedyAccountsDoNotKeepOthersWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := slowCalls()
		ctx, cancel := context.WithCancel(t.Context())
		var greedy sync.WaitGroup
		for account := range 5 {
			for range 230 {
				greedy.Go(func() { _ = call(WithAccount(ctx, strconv.Itoa(account))) })
			}
		}
		synctest.Wait()
		for range 20 {
			began := time.Now()
			err := call(WithAccount(ctx, "neighbour"))
			require.NoError(t, err)
			require.Equal(t, 10*time.Second, time.Since(began), "a slot was free at once")
		}
		cancel()
		greedy.Wait()
	})
}

func TestQueuedCallsOfAnAccountAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := slowCalls()
		ctx, cancel := context.WithCancel(WithAccount(t.Context(), "a"))
		var waiting sync.WaitGroup
		for range maxCallsPerAccount + maxCallsQueued {
			waiting.Go(func() { _ = call(ctx) })
		}
		synctest.Wait()
		err := call(ctx)
		require.True(t, apierror.Has(err, apierror.RateLimitExceeded), "%v", err)
		err = call(t.Context())
		require.NoError(t, err, "requests without an account have slots of their own")
		cancel()
		waiting.Wait()
		err = call(WithAccount(t.Context(), "a"))
		require.NoError(t, err, "who has gone leaves the queue")
	})
}
