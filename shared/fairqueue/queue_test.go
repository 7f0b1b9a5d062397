package fairqueue_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/fairqueue"
)

func take(t *testing.T, from *fairqueue.Queue, account string) *fairqueue.Slot {
	t.Helper()
	slot, err := from.Take(t.Context(), account)
	require.NoError(t, err)
	return slot
}

func TestNoAccountHasAllSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := fairqueue.New(fairqueue.Config{Slots: 2, Each: 1, Waiting: 1})
		first := take(t, all, "greedy")
		go func() { take(t, all, "greedy").Release() }()
		synctest.Wait() // the second call of the same account waits although a slot is free
		_, err := all.Take(t.Context(), "greedy")
		require.ErrorIs(t, err, fairqueue.ErrFull)
		take(t, all, "other").Release()
		first.Release()
		synctest.Wait()
		take(t, all, "greedy").Release()
	})
}

func TestAccountsAreServedRoundRobinRegardlessOfQueueLength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		only := fairqueue.New(fairqueue.Config{Slots: 1, Each: 1, Waiting: 50})
		held := take(t, only, "x")
		var order []string
		ask := func(account string) {
			go func() {
				slot := take(t, only, account)
				order = append(order, account)
				slot.Release()
			}()
			synctest.Wait()
		}
		for range 3 {
			ask("many")
		}
		ask("few")
		held.Release()
		synctest.Wait()
		require.Equal(t, []string{"many", "few", "many", "many"}, order)
	})
}

func TestCanceledTakeReleasesItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		only := fairqueue.New(fairqueue.Config{Slots: 1, Each: 1, Waiting: 1})
		held := take(t, only, "a")
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, err := only.Take(ctx, "b")
			assert(err != nil)
		}()
		synctest.Wait()
		cancel()
		synctest.Wait()
		held.Release()
		held.Release()
		take(t, only, "b").Release()
		take(t, only, "c").Release()
	})
}

func assert(is bool) {
	if !is {
		panic("a slot that nobody gave back")
	}
}

func TestSlotsAreNeitherLostNorMade(t *testing.T) {
	all := fairqueue.New(fairqueue.Config{Slots: 3, Each: 2, Waiting: 1000})
	var now, most atomic.Int64
	var wg sync.WaitGroup
	for i := range 300 {
		wg.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			if i%3 == 0 {
				go cancel()
			}
			defer cancel()
			slot, err := all.Take(ctx, string(rune('a'+i%5)))
			if err != nil {
				return
			}
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			now.Add(-1)
			slot.Release()
		})
	}
	wg.Wait()
	require.LessOrEqual(t, most.Load(), int64(3))
	for _, account := range []string{"a", "b", "c"} {
		take(t, all, account)
	}
}
