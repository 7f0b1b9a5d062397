// Command fax-dispatch owns faxes: it accepts them, sends them through carriers, and keeps their
// pages. It starts itself again to render documents.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/app"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() {
	is, err := render.Process(context.Background(), os.Args)
	if !is {
		runner.Main("fax-dispatch", app.Run, runner.Healthcheck)
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fax-dispatch:", err)
		os.Exit(1)
	}
}
