package load

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Rate is how much work to offer.
type Rate struct {
	PerSecond   float64
	MaxInFlight int // what would be more is dropped; 256 when zero
}

// Report is what became of the work.
type Report struct {
	Offered int           // pieces that were due
	Done    int           // pieces that were begun and have ended
	Dropped int           // pieces that were due while too many were in flight
	Took    time.Duration // from the first piece being due to the last one's end
	// Half and 99 of 100 pieces took no longer than this, from when they were due.
	P50, P99 time.Duration
}

// Achieved is how many pieces were done in a second.
func (r Report) Achieved() float64 { return float64(r.Done) / r.Took.Seconds() }

func (r Report) String() string {
	return fmt.Sprintf("offered %d, done %d (%.1f/s), dropped %d in %s; p50 %s, p99 %s", r.Offered, r.Done, r.Achieved(),
		r.Dropped, r.Took.Round(time.Millisecond), r.P50.Round(time.Millisecond/10), r.P99.Round(time.Millisecond/10))
}

// Run begins a piece of work at each tick of the rate until ctx is done, and returns when all have
// ended. Pieces get their number, from 0, and a context that outlives ctx. A tick that comes late is
// made up for.
func Run(ctx context.Context, rate Rate, piece func(ctx context.Context, n int)) Report {
	most := rate.MaxInFlight
	if most == 0 {
		most = 256
	}
	slots := make(chan struct{}, most)
	began := time.Now()
	due := func(n int) time.Time {
		return began.Add(time.Duration(float64(n) / rate.PerSecond * float64(time.Second)))
	}
	var report Report
	var took Durations
	var pieces sync.WaitGroup
	for n := 0; sleepUntil(ctx, due(n)); n++ {
		report.Offered++
		select {
		case slots <- struct{}{}:
		default:
			report.Dropped++
			continue
		}
		pieces.Go(func() {
			defer func() { <-slots; took.Add(time.Since(due(n))) }()
			piece(context.WithoutCancel(ctx), n)
		})
	}
	pieces.Wait()
	report.Done, report.Took = len(took.all), time.Since(began)
	report.P50, report.P99 = took.Percentile(50), took.Percentile(99)
	return report
}

// sleepUntil returns false when ctx was done first.
func sleepUntil(ctx context.Context, at time.Time) bool {
	if ctx.Err() != nil {
		return false
	}
	wait := time.Until(at)
	if wait <= 0 {
		return true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
