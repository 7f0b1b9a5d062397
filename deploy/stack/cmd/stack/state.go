package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// state is what the supervisor reports to the other commands. It is true as long as the supervisor holds
// its lock: the system takes the lock from a dead process, so neither a crash nor a reboot can make an
// old state look alive.
type state struct {
	Ready     bool
	Processes []processState
}

type processState struct {
	Name     string
	Pid      int
	Restarts int
	Ready    bool
}

func (s checkout) statePath() string { return filepath.Join(s.dir, "state.json") }
func (s checkout) lockPath() string  { return filepath.Join(s.dir, "supervisor.lock") }

func (s checkout) writeState(now state) error {
	text, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.statePath()+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(s.statePath()+".new", s.statePath())
}

// readState is empty before the supervisor has written one.
func (s checkout) readState() state {
	var now state
	if text, err := os.ReadFile(s.statePath()); err == nil {
		_ = json.Unmarshal(text, &now) // it is replaced in one step, so never damaged
	}
	return now
}

// supervisor returns the pid of the living supervisor, or 0.
func (s checkout) supervisor() (int, error) {
	file, err := os.Open(s.lockPath())
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer file.Close()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if err == nil { // nobody holds it
		return 0, nil
	}
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return 0, fmt.Errorf("ask for the supervisor's lock: %w", err)
	}
	text, err := os.ReadFile(s.lockPath())
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// tryLock takes the file's lock for the lifetime of this process, or returns nil if another has it.
func tryLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return file, nil
	}
	file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, nil //nolint:nilnil // nil is "another has it"
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}

// serialise waits until no other `stack` command starts or stops the supervisor.
func (s checkout) serialise() (*os.File, error) {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(s.dir, "command.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	return file, syscall.Flock(int(file.Fd()), syscall.LOCK_EX)
}
