// Command converter converts office documents to PDF by LibreOffice, for fax-dispatch. It runs in a container of its own
// that holds no secret and reaches no server. It confines LibreOffice, and sanitizes HTML, by the program renderer.
package main

import "github.com/mintfax/mintfax/shared/runner"

func main() { runner.Main("converter", run, runner.Healthcheck) }
