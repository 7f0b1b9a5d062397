package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/mintfax/mintfax/deploy/bench"
	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/load"
	"github.com/mintfax/mintfax/shared/ids"
)

// Plan says how much to measure.
type Plan struct {
	Rates     []float64 // faxes in a second, one after the other
	Each      time.Duration
	Documents []Document // each at each of the rates
}

// Step is what became of the faxes that were offered at a rate.
type Step struct {
	Document  string  `json:"document"`
	PerSecond float64 `json:"offered_per_second"`
	Offered   int     `json:"offered"`
	Delivered int     `json:"delivered"`
	Dropped   int     `json:"dropped"` // due while too many were in flight, and never sent
	Failed    int     `json:"failed"`  // refused, or not delivered in time
	Achieved  float64 `json:"achieved_per_second"`
	P50       float64 `json:"p50_ms"` // from when the fax was due to its delivery
	P99       float64 `json:"p99_ms"`
	Cost      Cost    `json:"cost"` // of a delivered fax
}

const (
	// faxesOf is how many faxes an account sends: the credits of a sandbox last for some more.
	faxesOf      = 1500
	mostInFlight = 1000
	patience     = 30 * time.Second
)

// Run offers faxes of each document at each of the rates to an instance.
func Run(ctx context.Context, instance *stack.Instance, rig bench.Rig, plan Plan) ([]Step, error) {
	client, err := load.Client(ctx, instance)
	if err != nil {
		return nil, err
	}
	watcher, err := watch(ctx, instance.DatabaseURL())
	if err != nil {
		return nil, err
	}
	defer watcher.close()
	meter, err := newMeter(ctx, instance, rig)
	if err != nil {
		return nil, err
	}
	defer meter.db.Close(context.WithoutCancel(ctx))
	var steps []Step
	for _, document := range plan.Documents {
		for _, rate := range plan.Rates {
			keys, err := accounts(ctx, client, int(rate*plan.Each.Seconds())/faxesOf+1)
			if err != nil {
				return nil, err
			}
			before, err := meter.read(ctx)
			if err != nil {
				return nil, err
			}
			step := offer(ctx, sender{client, watcher, document}, keys, rate, plan.Each)
			after, err := meter.read(ctx)
			if err != nil {
				return nil, err
			}
			step.Cost = costOf(before, after, step.Delivered)
			rig.Log(fmt.Sprintf("%s, %.0f/s: %d delivered, %.1f/s", document.Name, rate, step.Delivered, step.Achieved))
			steps = append(steps, step)
		}
	}
	return steps, nil
}

func offer(ctx context.Context, s sender, keys []string, rate float64, each time.Duration) Step {
	ctx, cancel := context.WithTimeout(ctx, each)
	defer cancel()
	var delivered atomic.Int64
	report := load.Run(ctx, load.Rate{PerSecond: rate, MaxInFlight: mostInFlight}, func(ctx context.Context, n int) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if s.send(ctx, keys[n%len(keys)]) == nil {
			delivered.Add(1)
		}
	})
	done := int(delivered.Load())
	return Step{
		Document: s.document.Name, PerSecond: rate, Offered: report.Offered, Delivered: done, Dropped: report.Dropped, Failed: report.Done - done,
		Achieved: float64(done) / report.Took.Seconds(), P50: bench.Milliseconds(report.P50), P99: bench.Milliseconds(report.P99),
	}
}

type sender struct {
	client   *apiclient.Client
	watcher  *watcher
	document Document
}

// send sends a fax and waits until it is delivered.
func (s sender) send(ctx context.Context, key string) error {
	answer, err := s.client.SendFax(ctx, key, apiclient.Upload{To: "+15005550001", FileName: "f", File: s.document.Content})
	if err != nil {
		return err
	}
	if answer.Status != http.StatusCreated {
		return fmt.Errorf("answered %d", answer.Status)
	}
	var fax struct{ ID string }
	if err := answer.Decode(&fax); err != nil {
		return err
	}
	return s.watcher.await(ctx, fax.ID)
}

func accounts(ctx context.Context, client *apiclient.Client, count int) ([]string, error) {
	var keys []string
	for range count {
		account, err := client.Register(ctx, "Benchmark", ids.Base62(16)+"@bench.example")
		if err != nil {
			return nil, err
		}
		keys = append(keys, account.TestKey)
	}
	return keys, nil
}
