package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// stopLimit bounds how long a service takes to stop, including its lingering.
const stopLimit = 15 * time.Second

// Runner collects the parts of a service and runs them together.
type Runner struct {
	log      *slog.Logger
	internal *internalServer
	registry *prometheus.Registry
	parts    []part
	closers  []closer
	linger   time.Duration
	leaving  func()
}

type part struct {
	name string
	run  func(context.Context) error
}

type closer struct {
	name  string
	close func() error
}

// New returns a runner whose health, readiness and metrics will be served on internalAddr.
func New(log *slog.Logger, internalAddr string) *Runner {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &Runner{log: log, registry: registry, internal: newInternalServer(internalAddr, registry)}
}

// Metrics returns the registry for the metrics of the parts.
func (r *Runner) Metrics() prometheus.Registerer { return r.registry }

// Ready adds a check to readiness. The service is ready when every check passes.
func (r *Runner) Ready(name string, check func(context.Context) error) {
	r.internal.checks[name] = check
}

// Go adds a part. Its context ends when the service stops. The service stops when any part returns, and
// fails when a part returns an error.
func (r *Runner) Go(name string, run func(context.Context) error) {
	r.parts = append(r.parts, part{name: name, run: run})
}

// Close adds a function that runs after all parts have returned, the last added first.
func (r *Runner) Close(name string, fn func() error) {
	r.closers = append(r.closers, closer{name: name, close: fn})
}

// Linger keeps the parts running for a while after readiness fails, so that load balancers stop sending
// requests before any is refused. leaving is called when lingering starts.
func (r *Runner) Linger(duration time.Duration, leaving func()) {
	r.linger, r.leaving = duration, leaving
}

// Run runs every part until ctx is done or one of them returns. Then readiness fails and, after lingering,
// the contexts of the parts end. 15 s after readiness failed, Run gives up on parts that have not returned.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.internal.listen(); err != nil {
		return err
	}
	defer r.internal.close()
	partsCtx, stopParts := context.WithCancel(context.WithoutCancel(ctx))
	defer stopParts()

	results := make(chan error, len(r.parts))
	var running sync.WaitGroup
	for _, p := range r.parts {
		running.Go(func() { results <- r.runPart(partsCtx, p) })
	}
	r.log.InfoContext(ctx, "started", "version", Version(), "commit", Commit())
	var failure error
	select {
	case <-ctx.Done():
		r.log.InfoContext(ctx, "stopping")
	case failure = <-results:
	}
	r.internal.turnRed()
	end := time.Now().Add(stopLimit)
	if failure == nil && r.linger > 0 {
		r.leaving()
		failure = waitFor(r.linger, results)
	}
	stopParts()
	late := stop(&running, time.Until(end))
	return errors.Join(failure, late, drained(results), r.closeAll())
}

// drained joins the errors that parts returned after their context ended. The cancellation itself is not an error;
// unfinished work is.
func drained(results <-chan error) error {
	var problems []error
	for {
		select {
		case err := <-results:
			if !errors.Is(err, context.Canceled) {
				problems = append(problems, err)
			}
		default:
			return errors.Join(problems...)
		}
	}
}

// waitFor waits for d, or returns the error of a part that ends meanwhile.
func waitFor(d time.Duration, results <-chan error) error {
	select {
	case err := <-results:
		return err
	case <-time.After(d):
		return nil
	}
}

// runPart converts a panic into an error, so that the other parts can finish their work.
func (r *Runner) runPart(ctx context.Context, p part) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			r.log.ErrorContext(ctx, "a part panicked", "part", p.name, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			err = fmt.Errorf("%s: panic: %v", p.name, cause)
		}
	}()
	err = p.run(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	if ctx.Err() == nil {
		return fmt.Errorf("%s: ended by itself", p.name)
	}
	return nil
}

func stop(running *sync.WaitGroup, limit time.Duration) error {
	done := make(chan struct{})
	go func() { running.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-time.After(limit):
		return fmt.Errorf("some parts did not stop within %s", stopLimit)
	}
}

func (r *Runner) closeAll() error {
	var problems []error
	for i := len(r.closers) - 1; i >= 0; i-- {
		if err := r.closers[i].close(); err != nil {
			problems = append(problems, fmt.Errorf("close %s: %w", r.closers[i].name, err))
		}
	}
	return errors.Join(problems...)
}
