package local

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const markPrefix = "MINTFAX_STACK_"

// Mark is the name of the environment variable that the programs of one stack carry.
type Mark string

// MarkOf returns the mark of the stack whose state is in dir.
func MarkOf(dir string) Mark {
	sum := sha256.Sum256([]byte(filepath.Clean(dir)))
	return Mark(markPrefix + strings.ToUpper(hex.EncodeToString(sum[:8])))
}

// Set is the mark as an environment entry.
func (m Mark) Set() string { return string(m) + "=1" }

// environment returns this mark and those the caller itself carries, so that a stack inside another
// one ends with it.
func (m Mark) environment() []string {
	entries := []string{m.Set()}
	for _, entry := range os.Environ() {
		if strings.HasPrefix(entry, markPrefix) && entry != m.Set() {
			entries = append(entries, entry)
		}
	}
	return entries
}

// Find returns the living processes that carry the mark, the caller excepted.
func (m Mark) Find() ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var found []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err == nil && pid != os.Getpid() && m.carriedBy(pid) {
			found = append(found, pid)
		}
	}
	return found, nil
}

// Sweep ends every process that carries the mark: it signals twice (SIGINT tells Postgres "do
// not wait for clients"), then kills, and returns when they are gone. It reports how many there were.
func (m Mark) Sweep(ctx context.Context) (int, error) {
	first, err := m.Find()
	if err != nil || len(first) == 0 {
		return 0, err
	}
	for _, step := range []struct {
		signal   syscall.Signal
		patience time.Duration
	}{{syscall.SIGTERM, 4 * time.Second}, {syscall.SIGINT, 15 * time.Second}, {syscall.SIGKILL, 10 * time.Second}} {
		m.signal(step.signal)
		left, err := m.awaitNone(ctx, step.patience)
		if err != nil || left == 0 {
			return len(first), err
		}
	}
	left, err := m.Find()
	if err != nil {
		return len(first), err
	}
	return len(first), fmt.Errorf("processes %v do not end, not even when killed", left)
}

func (m Mark) signal(sig syscall.Signal) {
	pids, _ := m.Find() // awaitNone reports what cannot be listed
	for _, pid := range pids {
		p, err := os.FindProcess(pid) // a handle on this process, even if its pid is reused
		if err != nil {
			continue
		}
		if m.carriedBy(pid) {
			_ = p.Signal(sig) // it may have ended meanwhile
		}
		_ = p.Release()
	}
}

func (m Mark) awaitNone(ctx context.Context, patience time.Duration) (int, error) {
	end := time.Now().Add(patience)
	for {
		pids, err := m.Find()
		if err != nil || len(pids) == 0 || time.Now().After(end) {
			return len(pids), err
		}
		select {
		case <-ctx.Done():
			return len(pids), context.Cause(ctx)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// carriedBy is false for processes of others, whose environment cannot be read, and for zombies,
// which have none.
func (m Mark) carriedBy(pid int) bool {
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if err != nil {
		return false
	}
	entry := []byte(m.Set() + "\x00")
	return bytes.HasPrefix(environ, entry) || bytes.Contains(environ, append([]byte{0}, entry...))
}
