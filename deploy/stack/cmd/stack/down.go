package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/local"
)

// The services get 20 s, the broker 30 s.
const downTimeout = 75 * time.Second

// down stops the supervisor, and returns when it and everything it started is gone.
func (s checkout) down(ctx context.Context) error {
	command, err := s.serialise()
	if err != nil {
		return err
	}
	defer command.Close()
	if err := s.release(ctx); err != nil {
		return err
	}
	if c, err := s.runningCompose(); err != nil {
		return err
	} else if c != nil {
		return c.downKeepData(ctx)
	}
	stopped, err := s.stopSupervisor(ctx)
	if err != nil {
		return err
	}
	left, err := stack.Sweep(ctx, s.dir)
	if err != nil {
		return err
	}
	for _, stale := range []string{s.envPath(), s.statePath()} {
		if err := os.Remove(stale); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	switch {
	case stopped:
		fmt.Println("mintfax is stopped; its data stays until `make clean`")
	case left > 0:
		fmt.Printf("mintfax was not running; ended %d processes that a killed supervisor had left behind\n", left)
	default:
		fmt.Println("mintfax was not running")
	}
	return nil
}

func (s checkout) stopSupervisor(ctx context.Context) (bool, error) {
	pid, err := s.supervisor()
	if err != nil || pid == 0 {
		return false, err
	}
	fmt.Println("stopping mintfax")
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return false, fmt.Errorf("stop the supervisor: %w", err)
	}
	end := time.Now().Add(downTimeout)
	for time.Now().Before(end) {
		now, err := s.supervisor()
		if err != nil || now == 0 {
			return true, err
		}
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
	fmt.Printf("the supervisor (process %d) did not end within %s and is killed\n", pid, downTimeout)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return false, err
	}
	return true, nil
}

// clean deletes everything that `make` has made here, wherever it is.
func (s checkout) clean(ctx context.Context) error {
	if c, err := s.compose(); err != nil {
		return err
	} else if c != nil {
		if err := c.down(ctx, true); err != nil {
			return err
		}
	}
	if err := s.down(ctx); err != nil {
		return err
	}
	tests, err := filepath.Glob(filepath.Join(s.dir, testDirs))
	if err != nil {
		return err
	}
	for _, dir := range append(tests, s.dir) {
		lock, err := tryLock(filepath.Join(dir, testLock))
		if err != nil {
			return err
		}
		if lock == nil {
			return fmt.Errorf("tests are running in %s: let them finish first", dir)
		}
		defer lock.Close()
		if err := sweepTests(ctx, dir); err != nil {
			return err
		}
		if err := local.DeleteServers(dir); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(s.dir); err != nil {
		return err
	}
	fmt.Println("deleted", s.dir, "and all data")
	return nil
}
