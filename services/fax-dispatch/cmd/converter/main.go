// Command converter converts office documents to PDF by LibreOffice, for fax-dispatch. It runs in a container of its own
// that holds no secret and reaches no server. It confines LibreOffice, and sanitizes HTML, by further runs of itself. Next
// to fax-dispatch it only does the latter, unless there is a LibreOffice too.
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
		runner.Main(office.Worker, run, runner.Healthcheck)
		return
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", office.Worker, err)
		os.Exit(1)
	}
}
