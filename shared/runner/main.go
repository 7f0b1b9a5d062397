package runner

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// Main is the main function of a program. Without an argument it serves, with "healthcheck" it checks the
// running program at its health address, and with "version" it prints the build.
func Main(name string, serve, healthcheck func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:], serve, healthcheck)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string, serve, healthcheck func(context.Context) error) error {
	switch {
	case len(args) == 0:
		return serve(ctx)
	case len(args) == 1 && args[0] == "healthcheck":
		return healthcheck(ctx)
	case len(args) == 1 && args[0] == "version":
		_, err := fmt.Println(Line())
		return err
	}
	return fmt.Errorf("no such command: %q; there are healthcheck and version, and without one it serves", args)
}
