package office

import (
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// Process runs this process to its end if its arguments say that a converter has started it.
func Process(args []string) (started bool, err error) {
	if len(args) < 2 {
		return false, nil
	}
	switch args[1] {
	case sandbox.ExecArgument:
		return true, sandbox.ExecMain(args[2:])
	case SanitizeArgument:
		return true, SanitizeMain(args[2:], os.Stdin, os.Stdout)
	}
	return false, nil
}
