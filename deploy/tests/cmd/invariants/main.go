// Command invariants checks the invariants of a running instance's data once no work is pending. It only
// reads.
//
//	DATABASE_URL=… AMQP_URL=… [STRIPE_API_URL=…] [CARRIER_FAKES_URL=…] invariants
//
// The database URL is an administrator's. With a Stripe URL, which must be the emulator's, payments are
// held against what it charged; with that of the carrier fakes, their calls against the faxes. The exit status is 1 when
// something is not true.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/deploy/tests/invariants"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	quiet := flag.Duration("quiet", time.Minute, "how long to wait for what is going on to end")
	flag.Parse()
	from := invariants.Sources{
		DatabaseURL: os.Getenv("DATABASE_URL"), AMQPURL: os.Getenv("AMQP_URL"), EmulatorURL: os.Getenv("STRIPE_API_URL"),
		FakesURL: os.Getenv("CARRIER_FAKES_URL"), Quiet: *quiet,
	}
	if err := run(ctx, from, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "invariants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, from invariants.Sources, out io.Writer) error {
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
