package child

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/pages"
)

const (
	maxChildren = 2
	wallLimit   = 4 * time.Second // less than what a sender waits for the answer
)

// Pool runs children, a few at a time.
type Pool struct {
	program string
	slots   chan struct{}
}

// NewPool returns a pool whose children are runs of program.
func NewPool(program string) *Pool {
	return &Pool{program: program, slots: make(chan struct{}, maxChildren)}
}

// Count lets a child count the pages of a document. A document that breaks the child, or takes it
// more work than it may do, is damaged. Any other error says nothing about the document.
func (p *Pool) Count(ctx context.Context, kind Kind, content []byte) (int, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return 0, fmt.Errorf("wait to inspect a document: %w", ctx.Err())
	}
	ctx, cancel := context.WithTimeout(ctx, wallLimit)
	defer cancel()
	var out bytes.Buffer
	command := p.command(ctx, kind)
	command.Stdin = bytes.NewReader(content)
	command.Stdout = &atMost{&out, answerLimit}
	err := command.Run()
	if ctx.Err() != nil {
		return 0, fmt.Errorf("inspect a document: %w", ctx.Err()) // the machine is slow: the child's own limit is on work
	}
	var died *exec.ExitError
	if errors.As(err, &died) {
		return 0, pages.ErrDamaged
	}
	if err != nil {
		return 0, fmt.Errorf("inspect a document: %w", err)
	}
	return parse(out.Bytes())
}

// command has no environment, and a process group of its own so that all of it is killed.
func (p *Pool) command(ctx context.Context, kind Kind) *exec.Cmd {
	command := exec.CommandContext(ctx, p.program, Argument, string(kind))
	command.Env = []string{}
	command.Dir = "/"
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	return command
}

func parse(out []byte) (int, error) {
	var a answer
	if err := json.Unmarshal(out, &a); err != nil {
		return 0, fmt.Errorf("the answer of a child: %w", err)
	}
	if a.Refusal != "" {
		return 0, a.Refusal
	}
	return a.Pages, nil
}

// atMost refuses to take more than left bytes.
type atMost struct {
	to   io.Writer
	left int
}

func (w *atMost) Write(p []byte) (int, error) {
	if len(p) > w.left {
		return 0, errors.New("the answer is too long")
	}
	w.left -= len(p)
	return w.to.Write(p)
}
