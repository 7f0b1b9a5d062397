package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"golang.org/x/sys/unix"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

// Tool is a run of a program that draws for this worker.
type Tool struct {
	Program string
	Args    []string
	Input   []byte
	Stderr  io.Writer // may be nil
	Memory  uint64    // bytes that the program may write to
}

// Run runs the tool and passes its output to read, which calls more after each page to grant the tool CPU time for
// another one. When read fails, the tool is killed.
//
// The error is that of read, or document.ErrTooComplex when the CPU budget is used up. The tool's exit status says
// nothing more: tools fail for reasons that leave the pages whole.
func (t Tool) Run(ctx context.Context, read func(out io.Reader, more func() error) error) error {
	command := exec.CommandContext(ctx, t.Program, t.Args...) // in the process group of the worker, so that it dies with it
	command.Env, command.Dir = []string{}, "/"
	command.Stdin, command.Stderr = bytes.NewReader(t.Input), t.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", t.Program, err)
	}
	process := command.Process.Pid
	if err := errors.Join(grantTool(process), limitMemory(process, t.Memory)); err != nil {
		return errors.Join(err, command.Process.Kill(), command.Wait())
	}
	readErr := read(out, func() error { return grantTool(process) })
	if readErr != nil {
		_ = command.Process.Kill() // it may have ended
	}
	waitErr := command.Wait()
	toolTime.Add(int64(command.ProcessState.UserTime() + command.ProcessState.SystemTime()))
	if exceeded(command.ProcessState) {
		return document.ErrTooComplex
	}
	if readErr == nil && waitErr != nil && !errors.As(waitErr, new(*exec.ExitError)) {
		return waitErr
	}
	return readErr
}

func limitMemory(process int, bytes uint64) error {
	return ignoreEnded(unix.Prlimit(process, unix.RLIMIT_DATA, &unix.Rlimit{Cur: bytes, Max: bytes}, nil))
}
