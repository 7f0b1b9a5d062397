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

	"github.com/mintfax/mintfax/deploy/stack/local"
)

// Instance is a running mintfax.
type Instance struct {
	options  Options
	isolated bool
	settings *Settings
	mark     local.Mark
	ports    local.Ports
	replicas map[string][]*Replica
}

// Start builds and starts an instance, and returns when every process of it is ready. What it has started
// outlives ctx; Stop or Close ends it.
func Start(ctx context.Context, options Options) (*Instance, error) {
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	i := &Instance{options: o, isolated: o.isolated(), mark: mark(o.Dir), replicas: map[string][]*Replica{}}
	if err := i.prepare(ctx); err != nil {
		return nil, errors.Join(err, i.Close(ctx))
	}
	if err := i.startAll(ctx); err != nil {
		return nil, errors.Join(err, i.Close(ctx))
	}
	return i, nil
}

// Stop ends the processes, each after it has finished what it was doing or 20 s, and returns when
// they are gone. The data stays.
func (i *Instance) Stop() {
	var group errgroup.Group
	for _, replicas := range i.replicas {
		for _, replica := range replicas {
			group.Go(func() error { replica.Stop(); return nil })
		}
	}
	_ = group.Wait() // its functions return no errors
	i.ports.Release()
}

// Close is Stop, and deletes the database, the roles, the virtual host and the Redis database of an
// isolated instance. Its directory stays for a look at the logs.
func (i *Instance) Close(ctx context.Context) error {
	i.Stop()
	if !i.isolated || i.settings == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute) // also after an interrupt
	defer cancel()
	return errors.Join(i.dropDatabase(ctx), i.deleteVHost(ctx), i.flushRedis(ctx))
}

// Sweep ends what a killed supervisor of the instance in dir has left behind, servers last, and reports
// how many processes that were. Nobody may be running the instance meanwhile.
func Sweep(ctx context.Context, dir string) (int, error) {
	services, err := mark(dir).Sweep(ctx)
	if err != nil {
		return services, err
	}
	programs, err := local.MarkOf(dir).Sweep(ctx)
	return services + programs, err
}

// mark is not that of the servers in the same directory: they go on while an instance is started anew.
func mark(dir string) local.Mark { return local.MarkOf(filepath.Join(dir, "instance")) }

func (i *Instance) prepare(ctx context.Context) error {
	o := &i.options
	for _, dir := range []string{i.LogDir(), filepath.Join(o.Dir, "mail"), filepath.Join(o.Dir, "documents")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	if _, err := i.mark.Sweep(ctx); err != nil {
		return err
	}
	if err := o.allocate(ctx); err != nil {
		return err
	}
	settings, err := newSettings(ctx, *o, &i.ports)
	if err != nil {
		return err
	}
	i.settings = settings
	o.Log("building the services")
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return o.build(ctx) })
	group.Go(func() error { return i.createDatabase(ctx) })
	group.Go(func() error { return i.createVHost(ctx) })
	return group.Wait()
}

func (i *Instance) startAll(ctx context.Context) error {
	group, awaiting := errgroup.WithContext(ctx)
	for _, service := range i.options.Services {
		for n := 1; n <= i.options.replicas(service.Name); n++ {
			i.options.Log(fmt.Sprintf("starting %s-%d", service.Name, n))
			replica := i.startReplica(ctx, service, n)
			i.replicas[service.Name] = append(i.replicas[service.Name], replica)
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
