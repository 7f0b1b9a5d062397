package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/deploy/stack"
)

const (
	keepIdle    = 30 * time.Minute // after which kept servers stop
	keepStart   = 15 * time.Minute // with installing and building
	keepRelease = 60 * time.Second
	keepPoll    = 100 * time.Millisecond
)

// keep runs a command with servers for tests that stay up afterwards, so that the next command starts at once. They stop
// when no command has used them for keepIdle, or with `down`.
func (s checkout) keep(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return fmt.Errorf("keep needs a command\n%s", usage)
	}
	environment, err := s.keptServers(ctx)
	if err != nil {
		return err
	}
	if err := stack.BuildWorkers(ctx, s.root, filepath.Join(s.dir, "tools")); err != nil { // they may be older than the tests
		return err
	}
	used, done := context.WithCancel(ctx)
	defer done()
	go s.useKept(used)
	dir := filepath.Join(s.dir, "kept", strconv.Itoa(os.Getpid())) // a mark of its own: several may run at once
	err = asExitStatus(command(ctx, args, dir, environment))
	_, swept := commandMark(dir).Sweep(context.WithoutCancel(ctx))
	return errors.Join(err, swept)
}

// useKept keeps the servers from becoming idle until ctx is done.
func (s checkout) useKept(ctx context.Context) {
	for ctx.Err() == nil {
		now := time.Now()
		_ = os.Chtimes(s.keptEnvPath(), now, now) // they may have stopped
		select {
		case <-ctx.Done():
		case <-time.After(time.Minute):
		}
	}
}

// keptServers returns the addresses of the kept servers, which it starts when none are up.
func (s checkout) keptServers(ctx context.Context) ([]string, error) {
	lock, err := s.serialise()
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	pid, err := s.holder()
	if err != nil {
		return nil, err
	}
	var ended <-chan struct{}
	if pid == 0 {
		if ended, err = s.launchHolder(); err != nil {
			return nil, err
		}
	}
	for end := time.Now().Add(keepStart); time.Now().Before(end); {
		pid, err := s.holder()
		if err != nil {
			return nil, err
		}
		if pid != 0 {
			return s.keptEnvironment()
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-ended:
			return nil, errors.New("the servers for tests did not start: see " + s.keptLogPath())
		case <-time.After(keepPoll):
		}
	}
	return nil, errors.New("the servers for tests did not start in time: see " + s.keptLogPath())
}

// launchHolder starts servers for tests, and hold with them, in a session of their own.
func (s checkout) launchHolder() (<-chan struct{}, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(s.keptLogPath()), 0o700); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(s.keptLogPath(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	fmt.Fprintln(os.Stderr, "stack: starting servers for tests; they stay up for the next run")
	cmd := exec.Command(self, "exec", "--", self, "hold") // it outlives this command
	cmd.Dir = s.root
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start servers for tests: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the log says why
		close(ended)
	}()
	return ended, nil
}

func (s checkout) keptEnvironment() ([]string, error) {
	text, err := os.ReadFile(s.keptEnvPath())
	return strings.Split(strings.TrimSpace(string(text)), "\n"), err
}

// hold runs below exec. It publishes the addresses that it was given, and returns when they are no longer used.
func (s checkout) hold(ctx context.Context) error {
	var published []string
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "TEST_") || slices.Contains([]string{axeVariable, testDirVariable, "PATH"}, name) {
			published = append(published, entry)
		}
	}
	slices.Sort(published)
	if err := os.WriteFile(s.keptEnvPath(), []byte(strings.Join(published, "\n")+"\n"), 0o600); err != nil {
		return err
	}
	defer os.Remove(s.keptEnvPath())
	lock, err := tryLock(s.keptLockPath())
	if err != nil {
		return err
	}
	if lock == nil {
		return errors.New("others hold servers for tests")
	}
	defer lock.Close()
	if err := errors.Join(lock.Truncate(0), writePid(lock)); err != nil {
		return err
	}
	for s.keptIdle() < keepIdle {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
	return nil
}

// release stops kept servers, and returns when they are gone.
func (s checkout) release(ctx context.Context) error {
	pid, err := s.holder()
	if err != nil || pid == 0 {
		return err
	}
	environment, err := s.keptEnvironment()
	if err != nil {
		return err
	}
	var dir string // of the exec that has started the servers
	for _, entry := range environment {
		if value, found := strings.CutPrefix(entry, testDirVariable+"="); found {
			dir = value
		}
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop the servers for tests: %w", err)
	}
	for end := time.Now().Add(keepRelease); time.Now().Before(end); {
		lock, err := tryLock(filepath.Join(dir, testLock))
		if err != nil {
			return err
		}
		if lock != nil {
			return lock.Close()
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(keepPoll):
		}
	}
	return fmt.Errorf("the servers for tests (process %d) did not stop within %s", pid, keepRelease)
}

// holder returns the pid of the process that holds servers for tests, or 0.
func (s checkout) holder() (int, error) {
	lock, err := tryLock(s.keptLockPath())
	if err != nil {
		return 0, err
	}
	if lock != nil {
		return 0, lock.Close()
	}
	text, err := os.ReadFile(s.keptLockPath())
	if err != nil || strings.TrimSpace(string(text)) == "" {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// keptIdle is how long no command has used the servers. The time of the file of addresses says when one did.
func (s checkout) keptIdle() time.Duration {
	info, err := os.Stat(s.keptEnvPath())
	if err != nil {
		return keepIdle
	}
	return time.Since(info.ModTime())
}

func (s checkout) keptEnvPath() string  { return filepath.Join(s.dir, "kept.env") }
func (s checkout) keptLockPath() string { return filepath.Join(s.dir, "kept.lock") }
func (s checkout) keptLogPath() string  { return filepath.Join(s.dir, "log", "kept.log") }
