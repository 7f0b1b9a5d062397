package converter

import (
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/confine"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
)

// Process is the whole of a process that the converter has started, when the arguments say that this is one.
func Process(args []string) (is bool, err error) {
	if len(args) < 2 {
		return false, nil
	}
	switch args[1] {
	case confine.Argument:
		return true, confine.Main(args[2:])
	case office.SanitizeArgument:
		return true, office.SanitizeMain(args[2:], os.Stdin, os.Stdout)
	}
	return false, nil
}
