package render

import (
	"context"
	"fmt"
	"io"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// Worker is the program, cmd/renderer, whose runs read one document each.
const Worker = "renderer"

// WorkerPool starts workers, a limited number at a time.
type WorkerPool struct {
	renderer string // path of the program
	programs document.Programs
	slots    chan struct{}
}

// NewWorkerPool returns a pool whose workers are runs of the program renderer at a path, at most maxWorkers at a
// time.
func NewWorkerPool(renderer string, programs document.Programs, maxWorkers int) *WorkerPool {
	return &WorkerPool{renderer: renderer, programs: programs, slots: make(chan struct{}, maxWorkers)}
}

// Programs are those that the workers run.
func (p *WorkerPool) Programs() document.Programs { return p.programs }

// Render has a worker render a document, and passes its pages to add. Its errors are those of sandbox.Run.
func (p *WorkerPool) Render(ctx context.Context, content []byte, j document.Job, add document.Sink) error {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return fmt.Errorf("wait for a worker: %w", ctx.Err())
	}
	worker := sandbox.Command(ctx, p.renderer, p.programs.Args(j)...)
	return sandbox.Run(ctx, worker, content, func(out io.Reader) error { return document.ReadPages(out, add) })
}
