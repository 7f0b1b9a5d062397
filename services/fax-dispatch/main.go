// Command fax-dispatch owns faxes: it accepts them, sends them through carriers, and keeps their
// documents. Started as "fax-dispatch inspect <kind>" it reads one document and ends.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/app"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/child"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "fax-dispatch:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) == 3 && os.Args[1] == child.Argument {
		return child.Main(child.Kind(os.Args[2]), os.Stdin, os.Stdout)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return app.Run(ctx)
}
