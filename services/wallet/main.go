// Command wallet owns the credit pools, the ledger and the holds.
package main

import (
	"github.com/mintfax/mintfax/services/wallet/internal/app"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() { runner.Main("wallet", app.Run, runner.Healthcheck) }
