package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// ExecArgument is the first argument of a process that is to be replaced, see ExecArgs.
const ExecArgument = "confine"

const (
	officeMemory    = 1 << 30  // bytes that can be written to
	officeFileSize  = 64 << 20 // bytes
	officeOpenFiles = 512
	officeProcesses = 4096 // of the user, in all
)

// ExecArgs are the arguments with which a run of this program becomes another one, which may take so much of the CPU.
func ExecArgs(cpu time.Duration, program string, args ...string) []string {
	return append([]string{ExecArgument, strconv.Itoa(int(cpu.Seconds())), program}, args...)
}

// ExecMain walls the process in, so that it can write to its directory alone, sets the limits and becomes the program. Its
// arguments are those of ExecArgs after the first.
func ExecMain(args []string) error {
	if len(args) < 2 || !filepath.IsAbs(args[1]) {
		return errors.New("the path of a program is missing")
	}
	seconds, err := strconv.ParseUint(args[0], 10, 16)
	if err != nil || seconds == 0 {
		return errors.New("the seconds of CPU are missing")
	}
	args = args[1:]
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := Restrict(dir, installation(args[0])); err != nil {
		return fmt.Errorf("wall a program in: %w", err)
	}
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, Niceness); err != nil {
		return err
	}
	for resource, value := range map[int]uint64{
		unix.RLIMIT_CPU: seconds, unix.RLIMIT_DATA: officeMemory, unix.RLIMIT_FSIZE: officeFileSize,
		unix.RLIMIT_NOFILE: officeOpenFiles, unix.RLIMIT_NPROC: officeProcesses, unix.RLIMIT_CORE: 0,
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
			return err
		}
	}
	return unix.Exec(args[0], args, os.Environ())
}
