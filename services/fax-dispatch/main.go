// Command fax-dispatch owns faxes: it accepts them, sends them through carriers, and keeps their
// documents. Started as "fax-dispatch inspect <kind>" it reads one document and ends.
package main

import (
	"fmt"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/app"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/child"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() {
	if len(os.Args) != 3 || os.Args[1] != child.Argument {
		runner.Main("fax-dispatch", app.Run, runner.Healthcheck)
		return
	}
	if err := child.Main(child.Kind(os.Args[2]), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fax-dispatch:", err)
		os.Exit(1)
	}
}
