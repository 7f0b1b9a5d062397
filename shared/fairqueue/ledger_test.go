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

// Three accounts want the only place all the time, for 15 s each; somebody who was not there before waits for one of
// them at most, also the next time.
func TestWhoHasCostLittleIsServedBeforeThoseThatCostMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := fairqueue.New(fairqueue.Config{Places: 1, Each: 1, Waiting: 100})
		var greedy sync.WaitGroup
		stop := make(chan struct{})
		for account := range 3 {
			for range 5 {
				greedy.Go(func() {
					for {
						select {
						case <-stop:
							return
						default:
						}
						place, err := queue.Take(t.Context(), strconv.Itoa(account))
						if err != nil {
							t.Error(err)
							return
						}
						time.Sleep(15 * time.Second)
						place.Release()
						queue.Charge(strconv.Itoa(account), 15*time.Second)
					}
				})
			}
		}
		time.Sleep(time.Minute)
		for range 5 {
			began := time.Now()
			place, err := queue.Take(t.Context(), "neighbour")
			require.NoError(t, err)
			require.LessOrEqual(t, time.Since(began), 15*time.Second)
			time.Sleep(time.Second)
			queue.Charge("neighbour", time.Second)
			place.Release()
		}
		close(stop)
		greedy.Wait()
	})
}

func TestACostIsForgottenInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := fairqueue.New(fairqueue.Config{Places: 1, Each: 1, Waiting: 100})
		queue.Charge("once", time.Minute)
		time.Sleep(time.Hour)
		queue.Charge("now", time.Second)
		held, err := queue.Take(t.Context(), "x")
		require.NoError(t, err)
		served := make(chan string, 2)
		for _, name := range []string{"now", "once"} {
			go func() {
				place, err := queue.Take(t.Context(), name)
				if err == nil {
					served <- name
					place.Release()
				}
			}()
			synctest.Wait()
		}
		held.Release()
		require.Equal(t, "once", <-served)
		require.Equal(t, "now", <-served)
	})
}

func TestWhoHasNothingGoingOnFindsAPlaceWhileLongWorkOfOthersGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := fairqueue.New(fairqueue.Config{Places: 3, Each: 2, Waiting: 100, Spare: 5})
		var greedy sync.WaitGroup
		stop := make(chan struct{})
		for account := range 5 {
			for range 10 {
				greedy.Go(func() {
					for {
						select {
						case <-stop:
							return
						default:
						}
						place, err := queue.Take(t.Context(), strconv.Itoa(account))
						if err != nil {
							t.Error(err)
							return
						}
						time.Sleep(10 * time.Second)
						queue.Charge(strconv.Itoa(account), 10*time.Second)
						place.Release()
					}
				})
			}
		}
		synctest.Wait() // also at the beginning, when nothing is known of anybody
		for range 100 {
			began := time.Now()
			place, err := queue.Take(t.Context(), "neighbour")
			require.NoError(t, err)
			require.Zero(t, time.Since(began), "a place is free for it")
			time.Sleep(20 * time.Millisecond)
			queue.Charge("neighbour", 20*time.Millisecond)
			place.Release()
			time.Sleep(500 * time.Millisecond)
		}
		close(stop)
		greedy.Wait()
	})
}
