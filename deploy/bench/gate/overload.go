package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/mintfax/mintfax/deploy/bench"
	"github.com/mintfax/mintfax/deploy/tests/load"
)

// OverloadPlan says how to exceed the capacity.
type OverloadPlan struct {
	Times       float64 // what is offered, in capacities
	Lasts       time.Duration
	Connections int // of the clients; what is due while all are busy is dropped by them
}

// Overload is how the gateway behaves beyond its capacity.
type Overload struct {
	Capacity  float64        `json:"capacity_per_second"` // closed loop, 256 in flight
	Offered   float64        `json:"offered_per_second"`
	Goodput   float64        `json:"goodput_per_second"` // answered 200
	Share     float64        `json:"goodput_of_capacity"`
	Shed      int64          `json:"shed"`    // answered 503 with Retry-After
	Dropped   int            `json:"dropped"` // by the clients, all of whose connections were busy
	Wrong     int64          `json:"wrong"`   // any other answer, and none
	P50       float64        `json:"p50_ms"`  // of those answered 200, from when they were sent
	P99       float64        `json:"p99_ms"`
	Recovered float64        `json:"recovered_seconds"` // from the end of the overload until half the capacity is served again
	Memory    map[string]int `json:"peak_memory_mb"`
}

const (
	recoveryWatch  = 10 * time.Second
	recoveryBucket = 100 * time.Millisecond
	recoveryCalm   = 10 // buckets in a row that are served as offered
)

// Overload measures the capacity, then offers a multiple of it, then half of it.
func (w *Fixture) Overload(ctx context.Context, plan OverloadPlan, say func(string)) (Overload, error) {
	var o Overload
	peak, err := w.closed(ctx, Plan{Each: 8 * time.Second, Warm: 3 * time.Second}, Gateway, 256)
	if err != nil {
		return o, err
	}
	say(peak.String())
	o.Capacity, o.Offered = peak.PerSecond, peak.PerSecond*plan.Times
	clients := newCaller(w.urls[Gateway], plan.Connections, w.keys, http.StatusOK)
	defer clients.close()
	overload(ctx, clients, plan, &o)
	if o.Recovered, err = recovery(ctx, clients, o.Capacity/2); err != nil {
		return o, err
	}
	o.Memory, err = w.cpu.peakMemory()
	return o, err
}

func overload(ctx context.Context, clients *caller, plan OverloadPlan, o *Overload) {
	ctx, cancel := context.WithTimeout(ctx, plan.Lasts)
	defer cancel()
	var took load.Durations
	began := time.Now()
	rate := load.Rate{PerSecond: o.Offered, MaxInFlight: plan.Connections}
	report := load.Run(ctx, rate, func(context.Context, int) {
		started := time.Now()
		if clients.call() {
			took.Add(time.Since(started))
		}
	})
	o.Goodput = float64(clients.good.Load()) / time.Since(began).Seconds()
	o.Share = o.Goodput / o.Capacity
	o.Shed, o.Wrong, o.Dropped = clients.shed.Load(), clients.wrong.Load(), report.Dropped
	o.P50, o.P99 = bench.Milliseconds(took.Percentile(50)), bench.Milliseconds(took.Percentile(99))
}

// recovery has the same clients offer less, and returns the seconds until for a whole second each of
// their requests was answered 200 within a second.
func recovery(ctx context.Context, clients *caller, rate float64) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, recoveryWatch)
	defer cancel()
	var mu sync.Mutex
	failed := map[int]bool{} // by bucket of the time when a request was sent
	began := time.Now()
	report := load.Run(ctx, load.Rate{PerSecond: rate, MaxInFlight: openConnections}, func(context.Context, int) {
		sent := time.Now()
		if !clients.call() || time.Since(sent) > time.Second {
			mu.Lock()
			failed[int(sent.Sub(began)/recoveryBucket)] = true
			mu.Unlock()
		}
	})
	calm := 0
	for bucket := range int(report.Took / recoveryBucket) {
		calm++
		if failed[bucket] {
			calm = 0
		}
		if calm == recoveryCalm {
			return (time.Duration(bucket+1-recoveryCalm) * recoveryBucket).Seconds(), nil
		}
	}
	return 0, fmt.Errorf("%s after the overload not all of %.0f requests a second were served", recoveryWatch, rate)
}

// Print writes what was measured.
func (o Overload) Print(to io.Writer) {
	fmt.Fprintf(to, "\ncapacity            %.0f requests/s (closed loop, 256 in flight)\n", o.Capacity)
	fmt.Fprintf(to, "offered             %.0f requests/s\n", o.Offered)
	fmt.Fprintf(to, "answered 200        %.0f requests/s, p50 %.1f ms, p99 %.1f ms\n", o.Goodput, o.P50, o.P99)
	fmt.Fprintf(to, "goodput / capacity  %.2f (wanted >= 0.80, %s)\n", o.Share, met(o.Share >= 0.8))
	fmt.Fprintf(to, "shed (503)          %d, dropped by the clients %d, other answers %d\n", o.Shed, o.Dropped, o.Wrong)
	fmt.Fprintf(to, "recovered after     %.1f s (wanted <= 5, %s)\n", o.Recovered, met(o.Recovered <= 5))
	for _, name := range programs() {
		if mb := o.Memory[name]; mb > 0 {
			fmt.Fprintf(to, "peak memory         %d MB %s\n", mb, name)
		}
	}
}
