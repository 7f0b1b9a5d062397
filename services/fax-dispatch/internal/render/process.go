package render

import (
	"context"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
)

// Process runs this process to its end if its arguments say that a renderer has started it. A program that makes a
// renderer calls it before anything else.
func Process(ctx context.Context, args []string) (started bool, err error) {
	if len(args) > 1 && args[1] == workerArgument {
		return true, workerMain(ctx, args[2:], os.Stdin, os.Stdout)
	}
	return office.Process(args)
}
