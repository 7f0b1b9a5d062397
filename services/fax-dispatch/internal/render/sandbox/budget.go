package sandbox

import (
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// exitExceeded is the exit status of a worker that has used up its CPU budget.
const exitExceeded = 3

// toolsAtOnce is how many tools draw for a worker at the same time.
const toolsAtOnce = 2

var (
	pagesDrawn atomic.Uint64
	toolTime   atomic.Int64 // nanoseconds of CPU time of the tools that have ended
)

// PageDrawn grants this worker CPU time for another page.
func PageDrawn() error {
	pagesDrawn.Add(1)
	return limitCPU(os.Getpid(), budgetSeconds())
}

// budgetSeconds is the CPU time that a worker, or each of its tools, may use by now.
func budgetSeconds() uint64 {
	return min(firstPageSeconds+pageSeconds*pagesDrawn.Load(), maxSeconds)
}

// grantTool sets the CPU limit of a running tool: the budget, less what earlier tools have used and, until there is a
// page, what this worker has.
func grantTool(process int) error {
	used := time.Duration(toolTime.Load() / toolsAtOnce)
	if pagesDrawn.Load() == 0 {
		used += ownCPUTime()
	}
	seconds := uint64(used.Seconds())
	return limitCPU(process, max(budgetSeconds(), seconds+1)-seconds)
}

// limitCPU sets the CPU seconds after which the kernel sends SIGXCPU to a process.
func limitCPU(process int, seconds uint64) error {
	var current unix.Rlimit
	err := unix.Prlimit(process, unix.RLIMIT_CPU, nil, &current)
	if err == nil {
		err = unix.Prlimit(process, unix.RLIMIT_CPU, &unix.Rlimit{Cur: min(seconds, current.Max), Max: current.Max}, nil)
	}
	return ignoreEnded(err)
}

// exceeded reports whether a process ended because it had used up its CPU budget.
func exceeded(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && (status.Signaled() && status.Signal() == unix.SIGXCPU || status.ExitStatus() == exitExceeded)
}

func ownCPUTime() time.Duration {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
