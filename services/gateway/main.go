// Command gateway serves the public HTTP API and the dashboard. It has no database: it calls the services over the
// broker.
package main

import (
	"github.com/mintfax/mintfax/services/gateway/internal/app"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() { runner.Main("gateway", app.Run, runner.Healthcheck) }
