// Command stripe-emulator emulates Stripe for development and tests: the part of its API that billing uses,
// its Checkout page and its webhooks. It keeps its state in memory and, with EMULATOR_STATE_FILE, in a file.
package main

import "github.com/mintfax/mintfax/shared/runner"

func main() { runner.Main("stripe-emulator", run, healthcheck) }
