// Command renderer is the process that reads a customer's document: fax-dispatch and the converter start it for one
// document each, without an environment, and it confines itself before it reads a byte. It starts in milliseconds, so it
// links nothing but what drawing takes.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
)

func main() {
	if err := render.WorkerMain(context.Background(), os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "renderer:", err)
		os.Exit(1)
	}
}
