// Command converter makes PDF files of office documents by LibreOffice, for fax-dispatch, in a container that has
// nothing else. It starts itself again to confine LibreOffice and to make pages of HTML harmless.
package main

import (
	"fmt"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/converter"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() {
	is, err := converter.Process(os.Args)
	if !is {
		runner.Main("converter", converter.Run, runner.Healthcheck)
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "converter:", err)
		os.Exit(1)
	}
}
