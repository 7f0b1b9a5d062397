package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/deploy/stack/process"
)

// Whole is a running mintfax.
type Whole struct {
	options  Options
	isolated bool
	settings *Settings
	mark     process.Mark
	ports    process.Ports
	replicas map[string][]*Replica
}

// Start builds and starts a whole, and returns when every process of it is ready. What it has started
// outlives ctx; Stop or Close ends it.
func Start(ctx context.Context, options Options) (*Whole, error) {
	o, err := options.complete()
	if err != nil {
		return nil, err
	}
	w := &Whole{options: o, isolated: o.isolated(), mark: mark(o.Dir), replicas: map[string][]*Replica{}}
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(err, w.Close(ctx))
	}
	if err := w.startAll(ctx); err != nil {
		return nil, errors.Join(err, w.Close(ctx))
	}
	return w, nil
}

// Stop ends the processes, each after it has finished what it was doing or 20 s, and returns when
// they are gone. The data stays.
func (w *Whole) Stop() {
	var group errgroup.Group
	for _, replicas := range w.replicas {
		for _, replica := range replicas {
			group.Go(func() error { replica.Stop(); return nil })
		}
	}
	_ = group.Wait() // its functions return no errors
}

// Close is Stop, and deletes the database, the roles, the virtual host and the Redis database of an
// isolated whole. Its directory stays for a look at the logs.
func (w *Whole) Close(ctx context.Context) error {
	w.Stop()
	if !w.isolated || w.settings == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute) // also after an interrupt
	defer cancel()
	return errors.Join(w.dropDatabase(ctx), w.deleteVHost(ctx), w.flushRedis(ctx))
}

// Sweep ends what a killed supervisor of the whole in dir has left behind, servers last, and reports
// how many processes that were. Nobody may be running the whole meanwhile.
func Sweep(ctx context.Context, dir string) (int, error) {
	services, err := mark(dir).Sweep(ctx)
	if err != nil {
		return services, err
	}
	programs, err := process.MarkOf(dir).Sweep(ctx)
	return services + programs, err
}

// mark is not that of the servers in the same directory: they go on while a whole is started anew.
func mark(dir string) process.Mark { return process.MarkOf(filepath.Join(dir, "whole")) }

func (w *Whole) prepare(ctx context.Context) error {
	o := &w.options
	for _, dir := range []string{w.LogDir(), filepath.Join(o.Dir, "mail"), filepath.Join(o.Dir, "documents")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	if _, err := w.mark.Sweep(ctx); err != nil {
		return err
	}
	if err := o.name(ctx); err != nil {
		return err
	}
	settings, err := newSettings(ctx, *o, &w.ports)
	if err != nil {
		return err
	}
	w.settings = settings
	o.Say("building the services")
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return o.build(ctx) })
	group.Go(func() error { return w.makeDatabase(ctx) })
	group.Go(func() error { return w.makeVHost(ctx) })
	return group.Wait()
}

func (w *Whole) startAll(ctx context.Context) error {
	group, awaiting := errgroup.WithContext(ctx)
	for _, service := range w.options.Services {
		for n := 1; n <= w.options.replicas(service.Name); n++ {
			w.options.Say(fmt.Sprintf("starting %s-%d", service.Name, n))
			replica := w.startReplica(ctx, service, n)
			w.replicas[service.Name] = append(w.replicas[service.Name], replica)
			group.Go(func() error { return replica.AwaitReady(awaiting) })
		}
	}
	return group.Wait()
}

// replicas is how many processes of a service there are to be.
func (o Options) replicas(service string) int {
	if !slices.ContainsFunc(o.Services, func(s Service) bool { return s.Name == service }) {
		return 0
	}
	if o.Replicas[service] == 0 {
		return 1
	}
	return max(0, o.Replicas[service])
}
