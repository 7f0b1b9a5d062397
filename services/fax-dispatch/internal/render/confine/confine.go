package confine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/budget"
)

// Argument is the first argument of a process that is to be replaced; the program and its arguments follow.
const Argument = "confine"

// CPU is what the program may take of it.
const CPU = 15 * time.Second

const (
	memory    = 1 << 30  // bytes that can be written to
	fileSize  = 64 << 20 // bytes
	openFiles = 512
	processes = 4096 // of the user, in all
)

// Main walls the process in, so that it can write to its directory alone, sets the limits and becomes the program.
func Main(args []string) error {
	if len(args) == 0 || !filepath.IsAbs(args[0]) {
		return errors.New("the path of a program is missing")
	}
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := WallIn(dir, installation(args[0])); err != nil {
		return fmt.Errorf("wall a program in: %w", err)
	}
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, budget.Niceness); err != nil {
		return err
	}
	for resource, value := range map[int]uint64{
		unix.RLIMIT_CPU: uint64(CPU / time.Second), unix.RLIMIT_DATA: memory, unix.RLIMIT_FSIZE: fileSize,
		unix.RLIMIT_NOFILE: openFiles, unix.RLIMIT_NPROC: processes, unix.RLIMIT_CORE: 0,
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
			return err
		}
	}
	return unix.Exec(args[0], args, os.Environ())
}
