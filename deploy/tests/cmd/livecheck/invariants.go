package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mintfax/mintfax/deploy/tests/invariants"
)

// checkInvariants checks the invariants of the instance's data once no work is pending. It only reads.
func checkInvariants(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("invariants", flag.ExitOnError)
	quiet := flags.Duration("quiet", time.Minute, "how long to wait for what is going on to end")
	if err := flags.Parse(args); err != nil {
		return err
	}
	from := invariants.Sources{
		DatabaseURL: os.Getenv("DATABASE_URL"), AMQPURL: os.Getenv("AMQP_URL"), EmulatorURL: os.Getenv("STRIPE_API_URL"),
		FakesURL: os.Getenv("CARRIER_FAKES_URL"), Quiet: *quiet,
	}
	return report(ctx, from, os.Stdout)
}

func report(ctx context.Context, from invariants.Sources, out io.Writer) error {
	if from.DatabaseURL == "" || from.AMQPURL == "" {
		return errors.New("DATABASE_URL and AMQP_URL say what to look at; for what `make up` has started: make invariants")
	}
	broken, err := invariants.Check(ctx, from)
	if err != nil {
		return err
	}
	for _, line := range broken {
		fmt.Fprintln(out, line)
	}
	if len(broken) > 0 {
		return fmt.Errorf("%d of %d promises are broken", len(broken), len(invariants.Names()))
	}
	for _, promise := range invariants.Names() {
		fmt.Fprintln(out, "holds:", promise)
	}
	return nil
}
