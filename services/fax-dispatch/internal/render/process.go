package render

import (
	"context"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/child"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/confine"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
)

// Process is the whole of a process that a renderer has started, when the arguments say that this is one. The
// program that makes a renderer calls it before anything else.
func Process(ctx context.Context, args []string) (is bool, err error) {
	if len(args) < 2 {
		return false, nil
	}
	switch args[1] {
	case child.Argument:
		return true, child.Main(ctx, args[2:], os.Stdin, os.Stdout)
	case confine.Argument:
		return true, confine.Main(args[2:])
	case office.SanitizeArgument:
		return true, office.SanitizeMain(args[2:], os.Stdin, os.Stdout)
	}
	return false, nil
}
