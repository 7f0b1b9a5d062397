package worker

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

// faultOfOurs is the status with which a child ends that could not do its work.
const faultOfOurs = 1

// Pool runs children, a few at a time.
type Pool struct {
	self     string
	programs Programs
	slots    chan struct{}
}

// NewPool returns a pool whose children are runs of the program self, at most so many at a time.
func NewPool(self string, programs Programs, most int) *Pool {
	return &Pool{self: self, programs: programs, slots: make(chan struct{}, most)}
}

// Programs are those that the children run.
func (p *Pool) Programs() Programs { return p.programs }

// Render lets a child make the pages of a document. A document that breaks the child is damaged, one that takes it
// more work than it may do is too complex. Any other error says nothing about the document.
func (p *Pool) Render(ctx context.Context, content []byte, j document.Job, add func(document.Page) error) error {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return fmt.Errorf("wait to render a document: %w", ctx.Err())
	}
	command := p.command(ctx, j)
	var complaint words
	command.Stdin, command.Stderr = bytes.NewReader(content), &complaint
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start to render a document: %w", err)
	}
	told := read(out, add)
	if told != nil { // it may be in the middle of something, and what it has started too
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
	}
	ended := command.Wait()
	if sandbox.CPUExceeded(command.ProcessState) && ctx.Err() == nil {
		return document.ErrTooComplex
	}
	return verdict(ctx, told, ended, complaint.String())
}

// verdict is what is known of the document once its child has ended. A child that ends itself tells of a fault of
// ours; one that was ended, by the system or by its runtime, was broken by the document.
func verdict(ctx context.Context, told, ended error, complaint string) error {
	var refusal document.Refusal
	var exit *exec.ExitError
	switch {
	case told == nil || errors.As(told, &refusal):
		return told
	case ctx.Err() != nil:
		return fmt.Errorf("render a document: %w", ctx.Err())
	case errors.Is(told, ErrForeign) && errors.As(ended, &exit) && exit.ExitCode() != faultOfOurs:
		return document.ErrDamaged
	default:
		return fmt.Errorf("render a document: %w: %s", errors.Join(told, ended), complaint)
	}
}

// read takes pages until the end.
func read(out io.Reader, add func(document.Page) error) error {
	from := NewReader(out)
	for {
		page, err := from.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := add(page); err != nil {
			return err
		}
	}
}

// command has no environment, and a process group of its own so that all of it is killed.
func (p *Pool) command(ctx context.Context, j document.Job) *exec.Cmd {
	command := exec.CommandContext(ctx, p.self, append([]string{Argument, p.programs.PDF, p.programs.Info, p.programs.TIFF}, j.Args()...)...)
	command.Env = []string{}
	command.Dir = "/"
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	return command
}

// words keeps the first few words of a complaint.
type words struct{ bytes.Buffer }

const longestComplaint = 500

func (t *words) Write(p []byte) (int, error) {
	t.Buffer.Write(p[:min(len(p), longestComplaint-min(t.Len(), longestComplaint))])
	return len(p), nil
}
