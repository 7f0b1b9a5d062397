// Command converter makes PDF files of office documents by LibreOffice, for fax-dispatch, in a container that has
// nothing else. It starts itself again to confine LibreOffice and to make pages of HTML harmless.
package main

import (
	"fmt"
	"os"

	"github.com/mintfax/mintfax/shared/runner"
)

func main() {
	is, err := process(os.Args)
	if !is {
		runner.Main("converter", run, runner.Healthcheck)
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "converter:", err)
		os.Exit(1)
	}
}
