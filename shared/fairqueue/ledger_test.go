package fairqueue_test

import (
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/fairqueue"
)

// besiege keeps ten calls of each account waiting for slots, each of which uses its slot for a given time, until it is
// stopped.
func besiege(t *testing.T, queue *fairqueue.Queue, accounts int, each time.Duration) (leave func()) {
	t.Helper()
	var greedy sync.WaitGroup
	stop := make(chan struct{})
	want := func(account string) {
		slot, err := queue.Take(t.Context(), account)
		if err != nil {
			t.Error(err)
			return
		}
		time.Sleep(each)
		queue.Charge(account, each)
		slot.Release()
	}
	for account := range accounts {
		for range 10 {
			greedy.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						want(strconv.Itoa(account))
					}
				}
			})
		}
	}
	return func() { close(stop); greedy.Wait() }
}

// Three accounts constantly request the only slot, for 15 s each. A new account waits for at most one of them, and so
// again the next time.
func TestLowestRecentCostIsServedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := fairqueue.New(fairqueue.Config{Slots: 1, Each: 1, Waiting: 100})
		leave := besiege(t, queue, 3, 15*time.Second)
		time.Sleep(time.Minute)
		for range 5 {
			began := time.Now()
			slot, err := queue.Take(t.Context(), "neighbour")
			require.NoError(t, err)
			require.LessOrEqual(t, time.Since(began), 15*time.Second)
			time.Sleep(time.Second)
			queue.Charge("neighbour", time.Second)
			slot.Release()
		}
		leave()
	})
}

func TestCostDecays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := fairqueue.New(fairqueue.Config{Slots: 1, Each: 1, Waiting: 100})
		queue.Charge("once", time.Minute)
		time.Sleep(time.Hour)
		queue.Charge("now", time.Second)
		held, err := queue.Take(t.Context(), "x")
		require.NoError(t, err)
		served := make(chan string, 2)
		for _, name := range []string{"now", "once"} {
			go func() {
				slot, err := queue.Take(t.Context(), name)
				if err == nil {
					served <- name
					slot.Release()
				}
			}()
			synctest.Wait()
		}
		held.Release()
		require.Equal(t, "once", <-served)
		require.Equal(t, "now", <-served)
	})
}

func TestSpareSlotServesAnIdleAccountDuringLongWorkOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := fairqueue.New(fairqueue.Config{Slots: 3, Each: 2, Waiting: 100, Spare: 5})
		leave := besiege(t, queue, 5, 10*time.Second)
		synctest.Wait() // also at the start, before any cost is recorded
		for range 100 {
			began := time.Now()
			slot, err := queue.Take(t.Context(), "neighbour")
			require.NoError(t, err)
			require.Zero(t, time.Since(began), "a slot is free for it")
			time.Sleep(20 * time.Millisecond)
			queue.Charge("neighbour", 20*time.Millisecond)
			slot.Release()
			time.Sleep(500 * time.Millisecond)
		}
		leave()
	})
}
