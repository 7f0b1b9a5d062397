package load

import (
	"context"
	"sync"
	"time"
)

// Closed keeps inFlight pieces of work in flight until ctx is done: each worker, from 0, begins its next
// piece when its last has ended. What it offers is what it gets, so Offered equals Done.
func Closed(ctx context.Context, inFlight int, piece func(ctx context.Context, worker int)) Report {
	took := make([]Durations, inFlight)
	var workers sync.WaitGroup
	began := time.Now()
	for worker := range inFlight {
		workers.Go(func() {
			for ctx.Err() == nil {
				started := time.Now()
				piece(context.WithoutCancel(ctx), worker)
				took[worker].Add(time.Since(started))
			}
		})
	}
	workers.Wait()
	all := Durations{}
	for i := range took {
		all.all = append(all.all, took[i].all...)
	}
	return Report{
		Offered: len(all.all), Done: len(all.all), Took: time.Since(began),
		P50: all.Percentile(50), P99: all.Percentile(99),
	}
}
