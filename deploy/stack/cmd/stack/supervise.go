package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/local"
)

const (
	defaultGatewayPort  = 8080
	defaultEmulatorPort = 12111
	defaultFakesPort    = 12112
	defaultDatabase     = "mintfax"
	stateInterval       = 2 * time.Second
	lockTimeout         = 5 * time.Second
)

// supervise owns the servers and the services until it is stopped.
func (s checkout) supervise(ctx context.Context) error {
	lock, err := s.becomeSupervisor(ctx)
	if err != nil {
		return err
	}
	defer lock.Close()
	defer os.Remove(s.envPath())
	defer os.Remove(s.statePath())
	if err := s.writeState(state{}); err != nil {
		return err
	}
	port, err := gatewayPort()
	if err != nil {
		return err
	}
	left, err := stack.Sweep(ctx, s.dir)
	if err != nil {
		return err
	}
	if left > 0 {
		logLine(fmt.Sprintf("ended %d processes that a killed supervisor had left behind", left))
	}
	if err := stack.CheckGatewayPort(ctx, port); err != nil {
		return err
	}
	return s.runAll(ctx, port)
}

func (s checkout) runAll(ctx context.Context, port int) (err error) {
	named, err := s.externalServers("")
	if err != nil {
		return err
	}
	set, err := local.StartServers(ctx, local.ServerOptions{Dir: s.dir, External: named, Ports: local.DefaultServerPorts(), Log: logLine})
	if err != nil {
		return err
	}
	defer func() {
		logLine("stopping the servers")
		err = errors.Join(err, set.Stop())
		logLine("stopped")
	}()
	instance, err := stack.Start(ctx, stack.Options{
		Dir: s.dir, Root: s.root, Servers: set.Addresses(), Log: logLine,
		Database: nameOr(named.DatabaseName(), "postgres"), VHost: nameOr(named.VHost(), ""),
		BinDir: filepath.Join(s.dir, "bin"), GatewayPort: port, EmulatorPort: defaultEmulatorPort, FakesPort: defaultFakesPort,
		LiveCarrier: os.Getenv("LIVE_CARRIER"),
	})
	if err != nil {
		return err
	}
	defer func() {
		logLine("stopping the services")
		instance.Stop()
	}()
	if err := s.writeEnv(instance.Env()); err != nil {
		return err
	}
	logLine("mintfax is ready at " + instance.GatewayURL())
	return s.report(ctx, set, instance)
}

// becomeSupervisor takes the lock. A command that only probes it may hold it for a moment.
func (s checkout) becomeSupervisor(ctx context.Context) (*os.File, error) {
	end := time.Now().Add(lockTimeout)
	for {
		lock, err := tryLock(s.lockPath())
		if err != nil {
			return nil, err
		}
		if lock != nil {
			return lock, errors.Join(lock.Truncate(0), writePid(lock))
		}
		if ctx.Err() != nil || time.Now().After(end) {
			return nil, errors.New("another supervisor is at work")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func writePid(lock *os.File) error {
	_, err := lock.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// report keeps the state up to date until the supervisor is stopped.
func (s checkout) report(ctx context.Context, set *local.Servers, instance *stack.Instance) error {
	supervisors := slices.Clone(set.Supervisors())
	for _, replica := range instance.Processes() {
		supervisors = append(supervisors, replica.Supervisor)
	}
	for ctx.Err() == nil {
		now := state{Ready: true}
		for _, k := range supervisors {
			p := processState{Name: k.Name(), Pid: k.Pid(), Restarts: k.Restarts(), Ready: k.Ready(ctx)}
			now.Ready = now.Ready && p.Ready
			now.Processes = append(now.Processes, p)
		}
		if err := s.writeState(now); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(stateInterval):
		}
	}
	return nil
}

func (s checkout) writeEnv(env map[string]string) error {
	lines := make([]string, 0, len(env))
	for name, value := range env {
		lines = append(lines, name+"="+value+"\n")
	}
	slices.Sort(lines)
	if err := os.WriteFile(s.envPath()+".new", []byte(strings.Join(lines, "")), 0o600); err != nil {
		return err
	}
	return os.Rename(s.envPath()+".new", s.envPath())
}

// externalServers is what the environment names, apart from this checkout's own servers.
func (s checkout) externalServers(prefix string) (local.Addresses, error) {
	named, err := local.AddressesFromEnvironment(prefix)
	if err != nil {
		return named, err
	}
	own, err := local.RecordedAddresses(s.dir)
	if err != nil {
		return named, err
	}
	c, err := s.compose()
	if err == nil && c != nil {
		named = named.Without(c.record.Addresses)
	}
	return named.Without(own), err
}

func gatewayPort() (int, error) {
	text := os.Getenv("GATEWAY_PORT")
	if text == "" {
		return defaultGatewayPort, nil
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return 0, fmt.Errorf("GATEWAY_PORT=%q is not a port", text)
	}
	return port, nil
}

// nameOr is the name that a server's address gives, unless that is the server's own.
func nameOr(name, serversOwn string) string {
	if name == "" || name == serversOwn {
		return defaultDatabase
	}
	return name
}

func logLine(line string) { fmt.Println(time.Now().Format("15:04:05"), line) }
