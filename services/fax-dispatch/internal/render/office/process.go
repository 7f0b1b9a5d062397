package office

import (
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// Worker is the program, cmd/converter, whose runs sanitize HTML and confine LibreOffice.
const Worker = "converter"

// Process runs this process to its end if its arguments say that Sanitize or a Local has started it.
func Process(args []string) (started bool, err error) {
	if len(args) < 2 {
		return false, nil
	}
	switch args[1] {
	case sandbox.ExecArgument:
		return true, sandbox.ExecMain(args[2:])
	case sanitizeArgument:
		return true, sanitizeMain(args[2:], os.Stdin, os.Stdout)
	}
	return false, nil
}
