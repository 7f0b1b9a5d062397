package servers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/deploy/stack/process"
)

// Set is the servers of one stack.
type Set struct {
	options   Options
	record    record
	user      *process.User
	programs  programs
	addresses Addresses
	keepers   []*process.Keeper
}

// Start provides the servers and returns when each of them answers. A private instance that dies
// later is started again. The caller must have swept what an earlier supervisor may have left behind,
// and hold the directory for itself.
func Start(ctx context.Context, options Options) (*Set, error) {
	s := &Set{options: options, addresses: options.Named}
	if options.Ephemeral {
		if err := os.RemoveAll(options.logs()); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(options.logs(), 0o700); err != nil {
		return nil, err
	}
	if options.Named.Database == "" || options.Named.AMQP == "" || options.Named.Redis == "" {
		if err := s.prepare(ctx); err != nil {
			return nil, err
		}
	}
	if err := s.startAll(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// Addresses are where the servers answer.
func (s *Set) Addresses() Addresses { return s.addresses }

// The names of the servers.
const (
	Postgres = "Postgres"
	RabbitMQ = "RabbitMQ"
	Redis    = "Redis"
)

// Keepers are the private instances, for a report on them.
func (s *Set) Keepers() []*process.Keeper { return s.keepers }

// Keeper is the private instance of a server: Postgres, RabbitMQ or Redis. Nil if there is none.
func (s *Set) Keeper(name string) *process.Keeper {
	for _, keeper := range s.keepers {
		if keeper.Name() == name {
			return keeper
		}
	}
	return nil
}

// Stop ends the private instances and returns when their processes are gone.
func (s *Set) Stop() error {
	var group errgroup.Group
	for _, keeper := range s.keepers {
		if keeper.Name() != "epmd" { // the broker wants to sign off there
			group.Go(func() error { keeper.Stop(); return nil })
		}
	}
	err := group.Wait()
	for _, keeper := range s.keepers {
		keeper.Stop()
	}
	if s.options.Ephemeral {
		return errors.Join(err, Delete(s.options.Dir))
	}
	return err
}

// Delete deletes the data of the servers whose state is in dir, wherever it is, and their passwords.
func Delete(dir string) error {
	o := Options{Dir: dir}
	r, err := o.loadRecord()
	if err != nil {
		return err
	}
	owner, err := ordinaryUser()
	if err != nil {
		return err
	}
	if r.Home != "" {
		if err := removeOwned(r.Home, owner); err != nil {
			return err
		}
	}
	if err := os.Remove(o.recordPath()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// prepare does what comes before the first private instance can start.
func (s *Set) prepare(ctx context.Context) error {
	var err error
	if s.programs, err = s.options.findPrograms(ctx); err != nil {
		return err
	}
	if s.user, err = ordinaryUser(); err != nil {
		return err
	}
	if s.options.Ephemeral {
		if err := Delete(s.options.Dir); err != nil {
			return err
		}
	}
	if s.record, err = s.options.loadRecord(); err != nil {
		return err
	}
	if _, err := os.Stat(s.record.Home); err != nil {
		if s.record.Home, err = s.options.makeHome(ctx, s.user); err != nil {
			return fmt.Errorf("make the servers' directory: %w", err)
		}
	}
	if err := s.record.Ports.choose(ctx); err != nil {
		return err
	}
	return s.options.saveRecord(s.record)
}

// startAll starts the servers side by side, because the broker takes its time.
func (s *Set) startAll(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	var started []process.Program
	if s.options.Named.Database == "" {
		program, err := s.postgres(ctx)
		if err != nil {
			return err
		}
		started = append(started, program)
		s.addresses.Database = s.record.postgresURL()
	}
	if s.options.Named.Redis == "" {
		program, err := s.redis()
		if err != nil {
			return err
		}
		started = append(started, program)
		s.addresses.Redis = s.record.redisURL()
	}
	for _, program := range started {
		group.Go(s.keep(ctx, program))
	}
	if s.options.Named.AMQP == "" {
		if err := s.startBroker(ctx, group); err != nil {
			return errors.Join(err, group.Wait())
		}
	}
	group.Go(func() error { return s.awaitNamed(ctx) })
	return group.Wait()
}

func (s *Set) startBroker(ctx context.Context, group *errgroup.Group) error {
	s.addresses.AMQP, s.addresses.Management = s.record.amqpURL(), s.record.managementURL()
	program, err := s.rabbitmq()
	if err != nil {
		return err
	}
	if err := s.keep(ctx, s.epmd())(); err != nil {
		return err
	}
	group.Go(s.keep(ctx, program))
	return nil
}

// keep starts a program at once; the function it returns waits until it is ready.
func (s *Set) keep(ctx context.Context, program process.Program) func() error {
	s.options.Say("starting " + program.Name)
	keeper := process.Keep(ctx, program, s.options.Say)
	s.keepers = append(s.keepers, keeper)
	began := time.Now()
	return func() error {
		if err := keeper.AwaitReady(ctx); err != nil {
			return err
		}
		s.options.Say(fmt.Sprintf("%s is ready after %.1f s", program.Name, time.Since(began).Seconds()))
		return nil
	}
}

// spec completes a Spec with what all servers have in common.
func (s *Set) spec(spec process.Spec) func(context.Context) (process.Spec, error) {
	spec.User, spec.Mark = s.user, process.MarkOf(s.options.Dir)
	spec.Env = append(s.environment(), spec.Env...)
	return func(context.Context) (process.Spec, error) { return spec, nil }
}

// environment is deliberately not the caller's: PGDATA, RABBITMQ_… and the like have an effect.
func (s *Set) environment() []string {
	path := strings.Join([]string{filepath.Dir(s.programs.redis), "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}, ":")
	return []string{"HOME=" + s.record.Home, "PATH=" + path, "LANG=C.UTF-8"}
}

func dial(ctx context.Context, address string) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
