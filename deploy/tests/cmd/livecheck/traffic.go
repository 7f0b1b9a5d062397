package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/invariants"
	"github.com/mintfax/mintfax/deploy/tests/load"
)

// runTraffic simulates customers of the instance, prints what was offered, done and dropped, and then verifies what the
// customers were promised.
func runTraffic(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("traffic", flag.ExitOnError)
	var rates load.Rates
	flags.Float64Var(&rates.Faxes, "faxes", 10, "faxes a second, half of them live")
	flags.Float64Var(&rates.Purchases, "purchases", 1, "new customers a second; most of them buy a package")
	flags.Float64Var(&rates.Reads, "reads", 20, "other requests a second")
	lasts := flags.Duration("for", 30*time.Second, "how long")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return simulate(ctx, rates, *lasts)
}

func simulate(ctx context.Context, rates load.Rates, lasts time.Duration) error {
	gateway, database := os.Getenv("GATEWAY_URL"), os.Getenv("DATABASE_URL")
	if gateway == "" || database == "" {
		return errors.New("the environment does not say where mintfax is; for what `make up` has started: make traffic")
	}
	customers, err := load.Start(ctx, apiclient.New(gateway, os.Getenv("MAIL_DIR")), rates, time.Minute)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-time.After(lasts):
	}
	for _, line := range customers.Stop() {
		fmt.Println(line)
	}
	return verify(context.WithoutCancel(ctx), customers, database)
}

func verify(ctx context.Context, customers *load.Traffic, database string) error {
	broken, err := invariants.Check(ctx, invariants.Sources{
		DatabaseURL: database, AMQPURL: os.Getenv("AMQP_URL"), EmulatorURL: os.Getenv("STRIPE_API_URL"), Quiet: 2 * time.Minute,
	})
	if err != nil {
		return err
	}
	db, err := pgxpool.New(ctx, database)
	if err != nil {
		return err
	}
	defer db.Close()
	promises, err := customers.Verify(ctx, db)
	if err != nil {
		return err
	}
	if broken = append(broken, promises...); len(broken) > 0 {
		for _, line := range broken {
			fmt.Println(line)
		}
		return fmt.Errorf("%d promises are broken", len(broken))
	}
	fmt.Printf("%d faxes accepted and delivered, %d packages paid and credited, every invariant holds\n", customers.Accepted(), customers.Paid())
	return nil
}
