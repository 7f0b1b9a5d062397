package sandbox

import (
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	firstSeconds = 3  // of CPU, to read a document and to draw its first page
	pageSeconds  = 3  // more for every page that was drawn
	mostSeconds  = 60 // in all, for each of the two processes that draw a document
	grace        = 5  // seconds after which a process is ended that does not end itself

	openFiles = 32
	fileSize  = 0 // no files are written
	coreDump  = 0
)

// Exceeded is the status with which a process ends that has used up its CPU.
const Exceeded = 3

// WorkerMemory that a process may write to, in bytes: Go reserves far more address space than it uses.
const (
	WorkerMemory       = 384 << 20 // Go takes it from the system in large pieces, and fills few of them
	WorkerMemoryPdfium = 512 << 20
)

// memoryGoal is what Go tries to do with: a picture that is as large as it may be, and what becomes of it.
const memoryGoal = 200 << 20

// Niceness of processes that work on documents: what answers requests goes first.
const Niceness = 10

// beNice makes every thread of this process nice, and with them those that they start: on Linux each has its own.
func beNice() error {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, thread := range threads {
		id, err := strconv.Atoi(thread.Name())
		if err == nil {
			err = unlessEnded(unix.Setpriority(unix.PRIO_PROCESS, id, Niceness))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Begin sets the limits of this process, which those that it starts inherit.
func Begin(memory uint64) error {
	debug.SetMemoryLimit(memoryGoal)
	signal.Ignore(unix.SIGXFSZ) // to write a file is an error, and need not be the end
	exceeded := make(chan os.Signal, 1)
	signal.Notify(exceeded, unix.SIGXCPU)
	go func() {
		<-exceeded
		os.Exit(Exceeded)
	}()
	if err := beNice(); err != nil {
		return err
	}
	for resource, value := range map[int]uint64{
		unix.RLIMIT_DATA: memory, unix.RLIMIT_NOFILE: openFiles, unix.RLIMIT_FSIZE: fileSize, unix.RLIMIT_CORE: coreDump,
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
			return err
		}
	}
	return unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: firstSeconds, Max: mostSeconds + grace})
}

var (
	pages atomic.Uint64 // that were drawn
	spent atomic.Int64  // nanoseconds of CPU, of processes that drew for this one
)

// PageDrawn allows this process work for another page.
func PageDrawn() error {
	pages.Add(1)
	return allow(os.Getpid(), allowance())
}

// WorkerMemory that a process may write to that draws for this one, in bytes: one of several, and one that draws alone.
const (
	ToolMemoryShared = 112 << 20
	ToolMemory       = 224 << 20
	ToolMemoryTIFF   = 320 << 20 // a sheet in colour with 600 dots in an inch, twice
)

// hands is how many processes draw for this one at once.
const hands = 2

// confine limits the memory of a process that draws for this one.
func confine(process int, bytes uint64) error {
	return unlessEnded(unix.Prlimit(process, unix.RLIMIT_DATA, &unix.Rlimit{Cur: bytes, Max: bytes}, nil))
}

// share allows a process that draws for this one as much work as this one, less what others before it and, until
// there is a page, this one have done.
func share(process int) error {
	done := time.Duration(spent.Load() / hands)
	if pages.Load() == 0 {
		done += own()
	}
	return allow(process, max(allowance(), uint64(done.Seconds())+1)-uint64(done.Seconds()))
}

// count counts what a process did that drew for this one.
func count(state *os.ProcessState) { spent.Add(int64(state.UserTime() + state.SystemTime())) }

// CPUExceeded reports whether a process ended because it had used up its CPU.
func CPUExceeded(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && (status.Signaled() && status.Signal() == unix.SIGXCPU || status.ExitStatus() == Exceeded)
}

func allowance() uint64 { return min(firstSeconds+pageSeconds*pages.Load(), mostSeconds) }

// own is what this process has done.
func own() time.Duration {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// allow sets the seconds of CPU after which the system ends a process.
func allow(process int, seconds uint64) error {
	var now unix.Rlimit
	err := unix.Prlimit(process, unix.RLIMIT_CPU, nil, &now)
	if err == nil {
		err = unix.Prlimit(process, unix.RLIMIT_CPU, &unix.Rlimit{Cur: min(seconds, now.Max), Max: now.Max}, nil)
	}
	return unlessEnded(err)
}

func unlessEnded(err error) error {
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	return err
}
