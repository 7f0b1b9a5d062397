package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/reconcile"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// ErrDifferences means that the comparison found differences.
var ErrDifferences = errors.New("there are differences")

// beginning precedes every payment.
const beginning = "2020-01-01"

// Reconcile compares everything, or everything since the day of the argument -since, with Stripe and with the ledger,
// and prints the differences. If there are any it returns ErrDifferences; any other error means that it could not
// compare. It reads only the settings DATABASE_URL, STRIPE_SECRET_KEY and STRIPE_API_URL.
func Reconcile(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("billing reconcile", flag.ContinueOnError)
	since := flags.String("since", beginning, "the first day to compare, in UTC")
	again := flags.Duration("again", 10*time.Second, "how long to wait before comparing differences again")
	if err := flags.Parse(args); err != nil {
		return err
	}
	from, err := time.Parse(time.DateOnly, *since)
	if err != nil {
		return fmt.Errorf("-since is a day like 2026-11-24: %w", err)
	}
	cfg, err := config.Load[struct {
		DatabaseURL config.Secret `env:"DATABASE_URL,required,notEmpty"`
		StripeKey   config.Secret `env:"STRIPE_SECRET_KEY,required,notEmpty"`
		StripeURL   string        `env:"STRIPE_API_URL"`
	}]()
	if err != nil {
		return err
	}
	client, err := stripe.New(cfg.StripeKey.Reveal(), cfg.StripeURL)
	if err != nil {
		return err
	}
	db, err := postgres.Open(ctx, cfg.DatabaseURL.Reveal(), telemetry.NewLogger(os.Stderr, "billing", "warn"))
	if err != nil {
		return err
	}
	defer postgres.Close(db) //nolint:errcheck // the program ends
	comparer := reconcile.New(reconcile.NewStore(db), client, stripe.NewLimiter(db).Wait)
	report, err := compareTwice(ctx, comparer, from, *again, out)
	if err != nil {
		return err
	}
	if err := report.Print(out); err != nil {
		return err
	}
	if len(report.Differences) > 0 {
		return ErrDifferences
	}
	return nil
}

// compareTwice compares again if there are differences: a payment may have been in transit. The pools, which take a read
// of the whole ledger, are compared once.
func compareTwice(ctx context.Context, comparer *reconcile.Comparer, from time.Time, again time.Duration, out io.Writer) (reconcile.Report, error) {
	compare := func(pools bool) (reconcile.Report, error) {
		return comparer.Compare(ctx, reconcile.Scope{From: from, Until: time.Now(), Pools: pools})
	}
	first, err := compare(true)
	if err != nil || len(first.Differences) == 0 {
		return first, err
	}
	fmt.Fprintf(out, "%d differences; comparing again in %s, since some may be in transit\n", len(first.Differences), again)
	select {
	case <-ctx.Done():
		return first, ctx.Err()
	case <-time.After(again):
	}
	second, err := compare(false)
	return second.Both(first), err
}
