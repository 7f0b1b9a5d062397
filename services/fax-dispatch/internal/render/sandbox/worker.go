package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

// exitOurFault is the exit status of a worker that reports a fault of ours. Any other failure was caused by the document.
const exitOurFault = 1

// maxStderr is how many bytes of a worker's standard error go into an error.
const maxStderr = 500

// Run starts a worker on an input and passes its output to read. When read fails, Run kills the worker and all that it
// has started.
//
// A document that crashes the worker is refused with document.ErrDamaged, one that uses up its CPU budget with
// document.ErrTooComplex; read may return a refusal as well. Any other error says nothing about the document.
func Run(ctx context.Context, worker *exec.Cmd, input []byte, read func(out io.Reader) error) error {
	stderr := NewHead(maxStderr)
	worker.Stdin, worker.Stderr = bytes.NewReader(input), stderr
	out, err := worker.StdoutPipe()
	if err != nil {
		return err
	}
	if err := worker.Start(); err != nil {
		return fmt.Errorf("start a worker: %w", err)
	}
	readErr := read(out)
	if readErr != nil {
		_ = kill(worker) // it may have ended
	}
	waitErr := worker.Wait()
	if exceeded(worker.ProcessState) && ctx.Err() == nil {
		return document.ErrTooComplex
	}
	return outcome(ctx, readErr, waitErr, stderr.String())
}

func outcome(ctx context.Context, readErr, waitErr error, stderr string) error {
	var refusal document.Refusal
	var exit *exec.ExitError
	switch {
	case readErr == nil && waitErr == nil, errors.As(readErr, &refusal):
		return readErr
	case ctx.Err() != nil:
		return fmt.Errorf("run a worker: %w", ctx.Err())
	case (readErr == nil || errors.Is(readErr, document.ErrBadOutput)) && errors.As(waitErr, &exit) && exit.ExitCode() != exitOurFault:
		return document.ErrDamaged
	default:
		return fmt.Errorf("run a worker: %w: %s", errors.Join(readErr, waitErr), stderr)
	}
}

// Command is a command without an environment, in the root directory. Its process group is its own: when ctx ends, the
// process is killed with all that it has started.
func Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, program, args...)
	command.Env, command.Dir = []string{}, "/"
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return kill(command) }
	command.WaitDelay = time.Second
	return command
}

func kill(command *exec.Cmd) error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }

// Enter permanently confines this process, a worker: it gets a CPU budget and a memory limit, and of the file system only
// the system's programs and fonts and the paths in readable. Processes that it starts are confined as well.
func Enter(memory uint64, readable ...string) error {
	debug.SetMemoryLimit(goMemory)
	signal.Ignore(unix.SIGXFSZ) // makes writing a file an error instead of the end
	exitWhenExceeded()
	err := lowerPriority()
	if err == nil {
		err = limit(map[int]uint64{unix.RLIMIT_DATA: memory, unix.RLIMIT_NOFILE: workerOpenFiles, unix.RLIMIT_FSIZE: workerFileSize})
	}
	if err == nil {
		err = unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: firstPageSeconds, Max: maxSeconds + graceSeconds})
	}
	if err = errors.Join(err, restrictFiles("", readable...)); err != nil {
		return fmt.Errorf("enter the sandbox: %w", err)
	}
	return nil
}

// exitWhenExceeded ends this process with exitExceeded on SIGXCPU.
func exitWhenExceeded() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGXCPU)
	go func() {
		<-signals
		os.Exit(exitExceeded)
	}()
}
