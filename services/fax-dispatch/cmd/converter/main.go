// Command converter makes PDF files of office documents by LibreOffice, for fax-dispatch, in a container that has
// nothing else. It starts itself again to confine LibreOffice.
package main

import (
	"fmt"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/converter"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/confine"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() {
	if len(os.Args) < 2 || os.Args[1] != confine.Argument {
		runner.Main("converter", converter.Run, runner.Healthcheck)
		return
	}
	if err := confine.Main(os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "converter:", err)
		os.Exit(1)
	}
}
