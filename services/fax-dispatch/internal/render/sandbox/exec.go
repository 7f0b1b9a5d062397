package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// ExecArgument is the first argument of a process that ExecCommand starts.
const ExecArgument = "confine"

// ExecCommand is a run of the program worker that confines itself, by ExecMain, and becomes another program. That program
// has a limit of CPU time, and can write only to the directory dir.
func ExecCommand(ctx context.Context, worker, dir string, cpu time.Duration, program string, args ...string) *exec.Cmd {
	command := Command(ctx, worker, append([]string{ExecArgument, strconv.Itoa(int(cpu.Seconds())), program}, args...)...)
	command.Dir = dir
	return command
}

// ExecMain is the main function of a process that ExecCommand has started. args are its arguments after ExecArgument.
func ExecMain(args []string) error {
	if len(args) < 2 || !filepath.IsAbs(args[1]) {
		return errors.New("the path of a program is missing")
	}
	seconds, err := strconv.ParseUint(args[0], 10, 16)
	if err != nil || seconds == 0 {
		return errors.New("the seconds of CPU time are missing")
	}
	args = args[1:]
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := restrictFiles(dir, installation(args[0])); err != nil {
		return fmt.Errorf("enter the sandbox: %w", err)
	}
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, niceness); err != nil {
		return err
	}
	err = limit(map[int]uint64{
		unix.RLIMIT_CPU: seconds, unix.RLIMIT_DATA: execMemory, unix.RLIMIT_FSIZE: execFileSize,
		unix.RLIMIT_NOFILE: execOpenFiles, unix.RLIMIT_NPROC: execProcesses,
	})
	if err != nil {
		return err
	}
	return unix.Exec(args[0], args, os.Environ())
}

// installation is the directory of a LibreOffice that does not come from the system's packages, or else the program.
func installation(program string) string {
	real, err := filepath.EvalSymlinks(program)
	if err != nil || filepath.Base(filepath.Dir(real)) != "program" {
		return program
	}
	return filepath.Dir(filepath.Dir(real))
}
