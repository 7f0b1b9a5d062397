// Command converter converts office documents to PDF by LibreOffice, for fax-dispatch. It runs in a container of its own
// that holds no secret and reaches no server, and starts itself again to confine LibreOffice and to sanitize HTML.
package main

import (
	"fmt"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() {
	started, err := office.Process(os.Args)
	if !started {
		runner.Main("converter", run, runner.Healthcheck)
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "converter:", err)
		os.Exit(1)
	}
}
