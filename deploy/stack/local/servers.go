package local

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
)

// Servers are the servers of one stack.
type Servers struct {
	options     ServerOptions
	record      record
	user        *User
	programs    programs
	addresses   Addresses
	supervisors []*Supervisor
	ports       Ports // reserved until Stop
}

// StartServers provides the servers and returns when each of them answers. A private instance that dies
// later is started again. The caller must have swept what an earlier supervisor may have left behind,
// and hold the directory for itself.
func StartServers(ctx context.Context, options ServerOptions) (*Servers, error) {
	s := &Servers{options: options, addresses: options.External}
	if options.Ephemeral {
		if err := os.RemoveAll(options.logs()); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(options.logs(), 0o700); err != nil {
		return nil, err
	}
	if options.External.Database == "" || options.External.AMQP == "" || options.External.Redis == "" {
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
func (s *Servers) Addresses() Addresses { return s.addresses }

// The names of the servers.
const (
	Postgres = "Postgres"
	RabbitMQ = "RabbitMQ"
	Redis    = "Redis"
)

// Supervisors are the private instances, for a report on them.
func (s *Servers) Supervisors() []*Supervisor { return s.supervisors }

// Supervisor is the private instance of a server: Postgres, RabbitMQ or Redis. Nil if there is none.
func (s *Servers) Supervisor(name string) *Supervisor {
	for _, supervisor := range s.supervisors {
		if supervisor.Name() == name {
			return supervisor
		}
	}
	return nil
}

// Stop ends the private instances and returns when their processes are gone.
func (s *Servers) Stop() error {
	var group errgroup.Group
	for _, supervisor := range s.supervisors {
		if supervisor.Name() != "epmd" { // the broker unregisters there
			group.Go(func() error { supervisor.Stop(); return nil })
		}
	}
	err := group.Wait()
	for _, supervisor := range s.supervisors {
		supervisor.Stop()
	}
	s.ports.Release()
	if s.options.Ephemeral {
		return errors.Join(err, DeleteServers(s.options.Dir))
	}
	return err
}

// DeleteServers deletes the data of the servers whose state is in dir, wherever it is, and their passwords.
func DeleteServers(dir string) error {
	o := ServerOptions{Dir: dir}
	r, err := o.loadRecord()
	if err != nil {
		return err
	}
	owner, err := serverUser()
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
func (s *Servers) prepare(ctx context.Context) error {
	var err error
	if s.programs, err = s.options.findPrograms(ctx); err != nil {
		return err
	}
	if s.user, err = serverUser(); err != nil {
		return err
	}
	if s.options.Ephemeral {
		if err := DeleteServers(s.options.Dir); err != nil {
			return err
		}
	}
	if s.record, err = s.options.loadRecord(); err != nil {
		return err
	}
	if _, err := os.Stat(s.record.Home); err != nil {
		if s.record.Home, err = s.options.makeDataDir(ctx, s.user); err != nil {
			return fmt.Errorf("make the servers' directory: %w", err)
		}
	}
	if err := s.record.Ports.choose(ctx, &s.ports); err != nil {
		return err
	}
	return s.options.saveRecord(s.record)
}

// startAll starts the servers side by side, because the broker takes its time.
func (s *Servers) startAll(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	var started []Program
	if s.options.External.Database == "" {
		program, err := s.postgres(ctx)
		if err != nil {
			return err
		}
		started = append(started, program)
		s.addresses.Database = s.record.postgresURL()
	}
	if s.options.External.Redis == "" {
		program, err := s.redis()
		if err != nil {
			return err
		}
		started = append(started, program)
		s.addresses.Redis = s.record.redisURL()
	}
	for _, program := range started {
		group.Go(s.supervise(ctx, program))
	}
	if s.options.External.AMQP == "" {
		if err := s.startBroker(ctx, group); err != nil {
			return errors.Join(err, group.Wait())
		}
	}
	group.Go(func() error { return s.awaitExternal(ctx) })
	return group.Wait()
}

func (s *Servers) startBroker(ctx context.Context, group *errgroup.Group) error {
	s.addresses.AMQP, s.addresses.Management = s.record.amqpURL(), s.record.managementURL()
	program, err := s.rabbitmq()
	if err != nil {
		return err
	}
	if err := s.supervise(ctx, s.epmd())(); err != nil {
		return err
	}
	group.Go(s.supervise(ctx, program))
	return nil
}

// supervise starts a program at once; the function it returns waits until it is ready.
func (s *Servers) supervise(ctx context.Context, program Program) func() error {
	s.options.Log("starting " + program.Name)
	supervisor := Supervise(ctx, program, s.options.Log)
	s.supervisors = append(s.supervisors, supervisor)
	began := time.Now()
	return func() error {
		if err := supervisor.AwaitReady(ctx); err != nil {
			return err
		}
		s.options.Log(fmt.Sprintf("%s is ready after %.1f s", program.Name, time.Since(began).Seconds()))
		return nil
	}
}

// spec completes a Spec with what all servers have in common.
func (s *Servers) spec(spec Spec) func(context.Context) (Spec, error) {
	spec.User, spec.Mark = s.user, MarkOf(s.options.Dir)
	spec.Env = append(s.environment(), spec.Env...)
	return func(context.Context) (Spec, error) { return spec, nil }
}

// environment is deliberately not the caller's: PGDATA, RABBITMQ_… and the like have an effect.
func (s *Servers) environment() []string {
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
