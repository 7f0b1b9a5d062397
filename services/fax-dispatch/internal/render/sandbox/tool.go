package sandbox

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
)

// ErrExceeded says that a program had used up its CPU.
var ErrExceeded = errors.New("the CPU of a program is used up")

// RunTool runs a program that draws for this process with so many bytes of memory, and has read what it writes. Each call of
// more, for a page that was read, allows the program work for another one. A program that is left before its end is
// killed. The error is what read returns, or ErrExceeded; how the program ended says nothing else.
func RunTool(command *exec.Cmd, memory uint64, read func(out io.Reader, more func() error) error) error {
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", command.Path, err)
	}
	process := command.Process.Pid
	if err := errors.Join(share(process), confine(process, memory)); err != nil {
		return errors.Join(err, command.Process.Kill(), command.Wait())
	}
	wrong := read(out, func() error { return share(process) })
	if wrong != nil {
		_ = command.Process.Kill() // it may have ended
	}
	ended := command.Wait()
	count(command.ProcessState)
	if CPUExceeded(command.ProcessState) {
		return ErrExceeded
	}
	if wrong == nil && ended != nil && !errors.As(ended, new(*exec.ExitError)) {
		return ended
	}
	return wrong
}
