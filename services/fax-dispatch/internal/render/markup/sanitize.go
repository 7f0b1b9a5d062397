package markup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// SanitizeArgument is the first argument of a process that makes a page of HTML harmless; the sheet follows.
const SanitizeArgument = "sanitize"

// maxPage is the most bytes of HTML that are read, and of what is made of them.
const maxPage = 32 << 20

// SanitizeMain is the whole of such a process: it reads a page from in and writes what is harmless of it to out.
func SanitizeMain(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("a sanitizer needs the sheet")
	}
	if err := errors.Join(sandbox.Begin(sandbox.WorkerMemory), sandbox.Restrict("")); err != nil {
		return fmt.Errorf("set the limits: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(in, maxPage))
	if err != nil {
		return err
	}
	_, err = out.Write(harmless(content, document.Sheet(args[0])))
	return err
}

// Sanitize makes a page of HTML harmless in a process of its own, a run of the program self: what parses HTML and styles
// has the limits of what reads any other document. The result asks for nothing when it is shown. A page that takes
// more than three seconds of CPU, or breaks the process, is refused with a document.Refusal.
func Sanitize(ctx context.Context, self string, content []byte, sheet document.Sheet) ([]byte, error) {
	command := exec.CommandContext(ctx, self, SanitizeArgument, string(sheet))
	command.Env, command.Dir = []string{}, "/"
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	var page, complaint limited
	page.left, complaint.left = maxPage, 500
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(content), &page, &complaint
	err := command.Run()
	var exit *exec.ExitError
	switch {
	case err == nil && page.cut:
		return nil, document.ErrTooLarge
	case err == nil:
		return page.Bytes(), nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("sanitize a page: %w", ctx.Err())
	case command.ProcessState != nil && sandbox.CPUExceeded(command.ProcessState):
		return nil, document.ErrTooComplex
	case errors.As(err, &exit) && exit.ExitCode() != faultOfOurs:
		return nil, document.ErrDamaged
	default:
		return nil, fmt.Errorf("sanitize a page: %w: %s", err, complaint.Bytes())
	}
}

// faultOfOurs is the status with which the process ends that could not do its work.
const faultOfOurs = 1

// limited keeps the first bytes that are written to it.
type limited struct {
	bytes.Buffer

	left int
	cut  bool
}

func (l *limited) Write(p []byte) (int, error) {
	kept := p[:min(len(p), l.left)]
	l.left -= len(kept)
	l.cut = l.cut || len(kept) < len(p)
	l.Buffer.Write(kept)
	return len(p), nil
}
