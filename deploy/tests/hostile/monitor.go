package hostile

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Monitor looks at what processes, and all that they start, have in memory, and have done.
type Monitor struct {
	pids []int
	most atomic.Int64
	stop chan struct{}
	done chan struct{}
}

const memoryPause = 20 * time.Millisecond

// StartMonitor begins to watch.
func StartMonitor(pids ...int) *Monitor {
	m := &Monitor{pids: pids, stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(m.done)
		for {
			m.most.Store(max(m.most.Load(), m.Memory()))
			select {
			case <-m.stop:
				return
			case <-time.After(memoryPause):
			}
		}
	}()
	return m
}

// PeakMemory returns the most that there was since the last call, in bytes.
func (m *Monitor) PeakMemory() int64 { return m.most.Swap(0) }

// Stop ends the watch.
func (m *Monitor) Stop() {
	close(m.stop)
	<-m.done
}

// Memory is what there is in memory now, in bytes.
func (m *Monitor) Memory() int64 {
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

// CPUTime is the CPU time of the processes and of all that they have started and that has ended.
func (m *Monitor) CPUTime() time.Duration {
	const ticks = 100 // in a second, on Linux
	var sum int64
	for _, pid := range m.pids {
		fields := statOf(pid)
		for i := 11; i < 15 && i < len(fields); i++ { // utime, stime, cutime, cstime
			value, _ := strconv.ParseInt(fields[i], 10, 64)
			sum += value
		}
	}
	return time.Duration(sum) * time.Second / ticks
}

// statOf is what stands after the name of a process in its stat, the state first.
func statOf(pid int) []string {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	at := strings.LastIndex(string(stat), ") ")
	return strings.Fields(string(stat)[at+1:])
}

func parentOf(pid int) (int, bool) {
	fields := statOf(pid)
	if len(fields) < 2 {
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
