// Command gateway owns HTTP and nothing else: it has no database. It asks the services over the broker.
package main

import (
	"github.com/mintfax/mintfax/services/gateway/internal/app"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() { runner.Main("gateway", app.Run, runner.Healthcheck) }
