package budget

import (
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

const (
	firstSeconds = 3         // of CPU, to read a document and to draw its first page
	pageSeconds  = 1         // more for every page that was drawn
	memory       = 512 << 20 // bytes that can be written to: Go reserves far more address space than it uses
	memoryGoal   = memory * 3 / 4
	openFiles    = 32
	fileSize     = 0 // no files are written
	coreDump     = 0
)

// Begin sets the limits of this process, which those that it starts inherit.
func Begin() error {
	debug.SetMemoryLimit(memoryGoal)
	signal.Ignore(unix.SIGXFSZ) // to write a file is an error, and need not be the end
	for resource, value := range map[int]uint64{
		unix.RLIMIT_DATA: memory, unix.RLIMIT_NOFILE: openFiles, unix.RLIMIT_FSIZE: fileSize, unix.RLIMIT_CORE: coreDump,
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
			return err
		}
	}
	return allow(os.Getpid(), firstSeconds)
}

var pages atomic.Uint64 // that were drawn

// Drawn allows this process work for another page.
func Drawn() error {
	pages.Add(1)
	return Share(os.Getpid())
}

// Share allows another process, which draws for this one, as much work as this one.
func Share(process int) error { return allow(process, firstSeconds+pageSeconds*pages.Load()) }

// allow sets the seconds of CPU after which the system ends a process.
func allow(process int, seconds uint64) error {
	var now unix.Rlimit
	err := unix.Prlimit(process, unix.RLIMIT_CPU, nil, &now)
	if err == nil {
		err = unix.Prlimit(process, unix.RLIMIT_CPU, &unix.Rlimit{Cur: min(seconds, now.Max), Max: now.Max}, nil)
	}
	if errors.Is(err, unix.ESRCH) {
		return nil // it has ended
	}
	return err
}
