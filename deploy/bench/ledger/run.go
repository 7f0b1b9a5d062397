package main

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/mintfax/mintfax/deploy/bench"
	"github.com/mintfax/mintfax/deploy/tests/load"
)

// Plan says how much to measure.
type Plan struct {
	Rounds   int
	Each     time.Duration // one measurement
	Warm     time.Duration // before each measurement, not counted
	Workers  int
	Accounts int // over which the work is spread, when it is
}

// Measurement is one way under one load. A unit is a hold and its capture.
type Measurement struct {
	Way       string  `json:"way"`      // ledger or naive
	Accounts  int     `json:"accounts"` // 1: all on one
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
}

func (m Measurement) String() string {
	return fmt.Sprintf("%s on %d accounts: %.0f/s, p50 %.2f ms, p99 %.2f ms", m.Way, m.Accounts, m.PerSecond, m.P50, m.P99)
}

const (
	ledgerWay = "ledger"
	naiveWay  = "naive"
)

// way is a subject with its own books.
type way struct {
	name string
	subject
	books
	done int64
}

// Run measures both ways on an empty Postgres server, in turns. Books that are wrong after a measurement
// end it.
func Run(ctx context.Context, serverURL string, plan Plan, say func(string)) (Results, error) {
	results := Results{Plan: plan}
	ours, err := openBooks(ctx, serverURL, "bench_ledger", plan.Accounts)
	if err != nil {
		return results, err
	}
	typed, err := openBooks(ctx, serverURL, "bench_naive", plan.Accounts)
	if err != nil {
		return results, err
	}
	ways := []*way{
		{name: ledgerWay, subject: operations{ours.wallet}, books: ours},
		{name: naiveWay, subject: naive{typed.admin}, books: typed},
	}
	for round := range plan.Rounds {
		for _, accounts := range []int{plan.Accounts, 1} {
			for _, w := range ways {
				m, err := w.measure(ctx, plan, accounts)
				if err != nil {
					return results, fmt.Errorf("%s: %w", w.name, err)
				}
				say(fmt.Sprintf("round %d of %d: %s", round+1, plan.Rounds, m))
				results.All = append(results.All, m)
			}
		}
		slices.Reverse(ways) // so that none is always the first
	}
	return results, ctx.Err()
}

func (w *way) measure(ctx context.Context, plan Plan, accounts int) (Measurement, error) {
	var next, failed atomic.Int64
	var firstErr atomic.Pointer[error]
	unit := func(ctx context.Context, _ int) {
		r := request(w.accounts[next.Add(1)%int64(accounts)])
		err := w.hold(ctx, r)
		if err == nil {
			err = w.capture(ctx, r.Reference)
		}
		if err != nil {
			failed.Add(1)
			firstErr.CompareAndSwap(nil, &err)
		}
	}
	runFor := func(lasts time.Duration) load.Report {
		ctx, cancel := context.WithTimeout(ctx, lasts)
		defer cancel()
		return load.Closed(ctx, plan.Workers, unit)
	}
	warm := runFor(plan.Warm)
	report := runFor(plan.Each)
	if failed.Load() > 0 {
		return Measurement{}, fmt.Errorf("%d of %d failed: %w", failed.Load(), warm.Done+report.Done, *firstErr.Load())
	}
	w.done += int64(warm.Done + report.Done)
	return Measurement{
		Way: w.name, Accounts: accounts, PerSecond: report.Achieved(),
		P50: bench.Milliseconds(report.P50), P99: bench.Milliseconds(report.P99),
	}, w.check(ctx, w.done)
}
