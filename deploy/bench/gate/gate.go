package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/mintfax/mintfax/deploy/bench"
	"github.com/mintfax/mintfax/deploy/tests/load"
)

// Plan says how much to measure. The variants alternate in each round, so that a slow minute of the
// machine falls on all of them.
type Plan struct {
	Rounds   int
	InFlight []int     // of the closed loop
	Rates    []float64 // of the open loop, requests a second
	Each     time.Duration
	Warm     time.Duration // before each measurement, not counted
	Variants []Variant
	Profiles string // a directory for profiles of the gateway and of auth; none without
}

// openConnections bounds what the open loop has in flight, below what a gateway sheds at.
const openConnections = 900

// Gate measures every variant of the plan.
func (w *Fixture) Gate(ctx context.Context, plan Plan, say func(string)) (Results, error) {
	results := Results{Keys: Keys, Rounds: plan.Rounds, Seconds: plan.Each.Seconds()}
	for round := range plan.Rounds {
		variants := rotated(plan.Variants, round) // so that none is always the first after another load
		for _, inFlight := range plan.InFlight {
			for _, variant := range variants {
				m, err := w.closed(ctx, plan, variant, inFlight)
				if err != nil {
					return results, fmt.Errorf("%s at %d in flight: %w", variant, inFlight, err)
				}
				say(fmt.Sprintf("round %d of %d: %s", round+1, plan.Rounds, m))
				results.Closed = append(results.Closed, m)
			}
			if plan.Profiles != "" && round == 0 {
				if err := w.profile(ctx, plan, inFlight, plan.Profiles); err != nil {
					return results, err
				}
			}
		}
		for _, rate := range plan.Rates {
			for _, variant := range variants {
				if !variant.hasProcess() {
					continue
				}
				m, err := w.open(ctx, plan, variant, rate)
				if err != nil {
					return results, fmt.Errorf("%s at %.0f/s: %w", variant, rate, err)
				}
				say(fmt.Sprintf("round %d of %d: %s", round+1, plan.Rounds, m))
				results.Open = append(results.Open, m)
			}
		}
	}
	return results, ctx.Err()
}

func (w *Fixture) closed(ctx context.Context, plan Plan, variant Variant, inFlight int) (Measurement, error) {
	run := func(ctx context.Context, call func()) load.Report {
		return load.Closed(ctx, inFlight, func(context.Context, int) { call() })
	}
	return w.measure(ctx, plan, variant, inFlight, run, Measurement{InFlight: inFlight})
}

func (w *Fixture) open(ctx context.Context, plan Plan, variant Variant, rate float64) (Measurement, error) {
	run := func(ctx context.Context, call func()) load.Report {
		return load.Run(ctx, load.Rate{PerSecond: rate, MaxInFlight: openConnections}, func(context.Context, int) { call() })
	}
	return w.measure(ctx, plan, variant, openConnections, run, Measurement{Rate: rate})
}

// subject is what is measured: something to call, from many goroutines at once.
type subject struct {
	call  func()
	close func()
	wrong func() int64 // how many calls got an unexpected answer
}

func (w *Fixture) subject(ctx context.Context, variant Variant, connections int) (subject, error) {
	switch variant {
	case Echo:
		e, err := newEcho(w.instance.Env()["AMQP_URL"])
		if err != nil {
			return subject{}, err
		}
		return counted(ctx, e.call, e.close), nil
	case Lookup:
		pepper, err := base64.StdEncoding.DecodeString(w.instance.Settings().Secrets.KeyPepper)
		if err != nil {
			return subject{}, err
		}
		l, err := newLookup(ctx, w.instance.Settings().RoleURLs["auth"], w.root, pepper, w.keys)
		if err != nil {
			return subject{}, err
		}
		return counted(ctx, l.call, l.close), nil
	case BadChecksum:
		c := newCaller(w.urls[Gateway], connections, misspelt(w.keys), http.StatusUnauthorized)
		return subject{func() { c.call() }, c.close, func() int64 { return c.wrong.Load() + c.shed.Load() }}, nil
	default:
		c := newCaller(w.urls[variant], connections, w.keys, http.StatusOK)
		return subject{func() { c.call() }, c.close, func() int64 { return c.wrong.Load() + c.shed.Load() }}, nil
	}
}

// measure puts a variant under load, and into m what came of it.
func (w *Fixture) measure(
	ctx context.Context, plan Plan, variant Variant, connections int, run func(context.Context, func()) load.Report, m Measurement,
) (Measurement, error) {
	subject, err := w.subject(ctx, variant, connections)
	if err != nil {
		return m, err
	}
	defer subject.close()
	runFor := func(lasts time.Duration) load.Report {
		ctx, cancel := context.WithTimeout(ctx, lasts)
		defer cancel()
		return run(ctx, subject.call)
	}
	runFor(plan.Warm)
	wrong := subject.wrong()
	before, err := w.cpu.used()
	if err != nil {
		return m, err
	}
	report := runFor(plan.Each)
	after, err := w.cpu.used()
	if err != nil {
		return m, err
	}
	m.Variant, m.Offered, m.Done, m.Dropped = variant, report.Offered, report.Done, report.Dropped
	m.Wrong = int(subject.wrong() - wrong)
	m.PerSecond = float64(report.Done-m.Wrong) / report.Took.Seconds()
	m.P50, m.P99 = bench.Milliseconds(report.P50), bench.Milliseconds(report.P99)
	m.CPU = map[string]float64{}
	for name, seconds := range after {
		if spent := (seconds - before[name]) / float64(max(1, report.Done)) * 1000; spent >= 0.0005 {
			m.CPU[name] = spent
		}
	}
	return m, nil
}

func rotated(variants []Variant, by int) []Variant {
	by %= len(variants)
	return append(slices.Clone(variants[by:]), variants[:by]...)
}
