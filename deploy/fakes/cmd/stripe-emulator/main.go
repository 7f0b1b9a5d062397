// Command stripe-emulator plays Stripe for development and tests: the part of its API that billing
// uses, its Checkout page and its webhooks. It keeps everything in memory,
// and with EMULATOR_STATE_FILE also in a file.
package main

import "github.com/mintfax/mintfax/shared/runner"

func main() { runner.Main("stripe-emulator", run, healthcheck) }
