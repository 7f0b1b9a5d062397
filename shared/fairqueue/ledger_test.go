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
		queue := fairqueue.New(1, 1, 100)
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
		queue := fairqueue.New(1, 1, 100)
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
