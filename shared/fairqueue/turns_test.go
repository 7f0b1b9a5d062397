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

func take(t *testing.T, from *fairqueue.Turns, account string) *fairqueue.Place {
	t.Helper()
	place, err := from.Take(t.Context(), account)
	require.NoError(t, err)
	return place
}

func TestNobodyHasAllPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := fairqueue.New(fairqueue.Config{Places: 2, Each: 1, Waiting: 1})
		first := take(t, all, "greedy")
		go func() { take(t, all, "greedy").Release() }()
		synctest.Wait() // the second one of the same account waits, with a place free
		_, err := all.Take(t.Context(), "greedy")
		require.ErrorIs(t, err, fairqueue.ErrCrowded)
		take(t, all, "other").Release()
		first.Release()
		synctest.Wait()
		take(t, all, "greedy").Release()
	})
}

func TestAccountsTakeTurnsHoweverManyOfOneWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		only := fairqueue.New(fairqueue.Config{Places: 1, Each: 1, Waiting: 50})
		held := take(t, only, "x")
		var order []string
		ask := func(account string) {
			go func() {
				place := take(t, only, account)
				order = append(order, account)
				place.Release()
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

func TestWhoGivesUpLeavesNoHole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		only := fairqueue.New(fairqueue.Config{Places: 1, Each: 1, Waiting: 1})
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
		panic("a place that nobody gave back")
	}
}

func TestPlacesAreNeitherLostNorMade(t *testing.T) {
	all := fairqueue.New(fairqueue.Config{Places: 3, Each: 2, Waiting: 1000})
	var now, most atomic.Int64
	var wg sync.WaitGroup
	for i := range 300 {
		wg.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			if i%3 == 0 {
				go cancel()
			}
			defer cancel()
			place, err := all.Take(ctx, string(rune('a'+i%5)))
			if err != nil {
				return
			}
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			now.Add(-1)
			place.Release()
		})
	}
	wg.Wait()
	require.LessOrEqual(t, most.Load(), int64(3))
	for _, account := range []string{"a", "b", "c"} {
		take(t, all, account)
	}
}
