package sandbox

import (
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// CPU time of a worker, and of all tools that draw for it, in seconds.
const (
	firstPageSeconds = 3  // to read a document and to draw its first page
	pageSeconds      = 3  // more for every page drawn
	maxSeconds       = 60 // in all
	graceSeconds     = 5  // until the kernel kills a process that ignores SIGXCPU
)

// Memory that a process may write to, in bytes.
const (
	WorkerMemory       = 384 << 20 // Go takes it from the system in large pieces, and fills few of them
	WorkerMemoryPdfium = 512 << 20
	// ToolMemoryShared is for each of the tools that draw at once, ToolMemory for one that draws alone.
	ToolMemoryShared = 112 << 20
	ToolMemory       = 224 << 20
	ToolMemoryTIFF   = 320 << 20 // a sheet in colour at 600 dpi, twice
	execMemory       = 1 << 30

	// goMemory is the soft limit of the Go runtime: the largest picture that is read, and what becomes of it.
	goMemory = 200 << 20
)

// Files and processes.
const (
	workerOpenFiles = 32
	workerFileSize  = 0 // a worker writes no files
	execOpenFiles   = 512
	execFileSize    = 64 << 20 // bytes
	execProcesses   = 4096     // of the user, in all
)

// niceness is the scheduling priority of processes that read documents: processes that answer requests go first.
const niceness = 10

// limit sets hard limits of this process, which the processes that it starts inherit.
func limit(values map[int]uint64) error {
	values[unix.RLIMIT_CORE] = 0
	for resource, value := range values {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
			return err
		}
	}
	return nil
}

// lowerPriority sets the niceness of every thread of this process. On Linux each thread has its own, and passes it to the
// threads and processes that it starts.
func lowerPriority() error {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, thread := range threads {
		id, err := strconv.Atoi(thread.Name())
		if err != nil {
			return err
		}
		if err := ignoreEnded(unix.Setpriority(unix.PRIO_PROCESS, id, niceness)); err != nil {
			return err
		}
	}
	return nil
}

// ignoreEnded drops the error for a process or thread that has ended meanwhile.
func ignoreEnded(err error) error {
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	return err
}
