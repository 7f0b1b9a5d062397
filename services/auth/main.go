// Command auth owns accounts, sign-in, environments and keys, and checks the key of every request.
package main

import (
	"github.com/mintfax/mintfax/services/auth/internal/app"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() { runner.Main("auth", app.Run, runner.Healthcheck) }
