package render

import (
	"context"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/markup"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/worker"
)

// Process is the whole of a process that a renderer has started, when the arguments say that this is one. The
// program that makes a renderer calls it before anything else.
func Process(ctx context.Context, args []string) (is bool, err error) {
	if len(args) < 2 {
		return false, nil
	}
	switch args[1] {
	case worker.Argument:
		return true, worker.Main(ctx, args[2:], os.Stdin, os.Stdout)
	case sandbox.ExecArgument:
		return true, sandbox.ExecMain(args[2:])
	case markup.SanitizeArgument:
		return true, markup.SanitizeMain(args[2:], os.Stdin, os.Stdout)
	}
	return false, nil
}
