package child

import (
	"runtime/debug"
	"syscall"
)

const (
	cpuSeconds  = 2       // half of wallLimit, for a machine that has other work too
	memory      = 1 << 30 // bytes
	memoryGoal  = memory * 3 / 4
	openFiles   = 16
	fileSize    = 0 // it writes no files
	coreDump    = 0
	answerLimit = 4 << 10 // bytes
)

// limit makes the kernel hold the child to its limits. Memory is what it can write to: Go reserves
// far more address space than it uses.
func limit() error {
	debug.SetMemoryLimit(memoryGoal)
	limits := []struct {
		resource int
		value    uint64
	}{
		{syscall.RLIMIT_CPU, cpuSeconds},
		{syscall.RLIMIT_DATA, memory},
		{syscall.RLIMIT_NOFILE, openFiles},
		{syscall.RLIMIT_FSIZE, fileSize},
		{syscall.RLIMIT_CORE, coreDump},
	}
	for _, l := range limits {
		if err := syscall.Setrlimit(l.resource, &syscall.Rlimit{Cur: l.value, Max: l.value}); err != nil {
			return err
		}
	}
	return nil
}
