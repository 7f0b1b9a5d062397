// Command billing owns Stripe, the credit packages, the payments and the activation of accounts.
package main

import (
	"github.com/mintfax/mintfax/services/billing/internal/app"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() { runner.Main("billing", app.Run, runner.Healthcheck) }
