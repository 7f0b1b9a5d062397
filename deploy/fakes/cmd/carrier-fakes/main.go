// Command carrier-fakes imitates Telnyx (below /v2) and Sinch (below /v3) for development and tests, and takes
// faults to inject under /control/. It keeps calls in memory.
package main

import "github.com/mintfax/mintfax/shared/runner"

func main() { runner.Main("carrier-fakes", run, healthcheck) }
