// Command fax-dispatch owns faxes: it accepts them, sends them through carriers, and keeps their pages. It renders
// documents by the program renderer.
package main

import (
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/app"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() { runner.Main("fax-dispatch", app.Run, runner.Healthcheck) }
