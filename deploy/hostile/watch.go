package hostile

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Memory watches what processes and all that they start have in memory.
type Memory struct {
	pids []int
	most atomic.Int64
	stop chan struct{}
	done chan struct{}
}

const memoryPause = 20 * time.Millisecond

// WatchMemory begins to watch.
func WatchMemory(pids ...int) *Memory {
	m := &Memory{pids: pids, stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(m.done)
		for {
			m.most.Store(max(m.most.Load(), m.Now()))
			select {
			case <-m.stop:
				return
			case <-time.After(memoryPause):
			}
		}
	}()
	return m
}

// Most returns the most that there was since the last call, in bytes.
func (m *Memory) Most() int64 { return m.most.Swap(0) }

// Stop ends the watch.
func (m *Memory) Stop() {
	close(m.stop)
	<-m.done
}

// Now is what there is now, in bytes. What two processes share is counted once.
func (m *Memory) Now() int64 {
	children := map[int][]int{}
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if parent, ok := parentOf(pid); ok {
			children[parent] = append(children[parent], pid)
		}
	}
	var sum int64
	todo := append([]int{}, m.pids...)
	for len(todo) > 0 {
		pid := todo[0]
		todo = append(todo[1:], children[pid]...)
		sum += anonymous(pid)
	}
	return sum
}

func parentOf(pid int) (int, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, after, found := strings.Cut(string(stat), ") ")
	fields := strings.Fields(after)
	if err != nil || !found || len(fields) < 2 {
		return 0, false
	}
	parent, err := strconv.Atoi(fields[1])
	return parent, err == nil
}

// anonymous is the memory that is a process's own: a program's file is no growth.
func anonymous(pid int) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, "RssAnon:"); found {
			kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}
