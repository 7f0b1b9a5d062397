package app

import (
	"context"
	"os"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/alarm"
	"github.com/mintfax/mintfax/services/billing/internal/autotopup"
	"github.com/mintfax/mintfax/services/billing/internal/cards"
	"github.com/mintfax/mintfax/services/billing/internal/checkout"
	"github.com/mintfax/mintfax/services/billing/internal/pace"
	"github.com/mintfax/mintfax/services/billing/internal/payments"
	"github.com/mintfax/mintfax/services/billing/internal/reconcile"
	"github.com/mintfax/mintfax/services/billing/internal/reversal"
	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/services/billing/internal/sweep"
	"github.com/mintfax/mintfax/services/billing/internal/topup"
	"github.com/mintfax/mintfax/services/billing/internal/webhook"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/outbox"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/telemetry"
	"github.com/mintfax/mintfax/shared/upkeep"
)

// rpcConcurrency is more than the database has connections for, since most of the time of an answer
// is spent waiting for Stripe.
const rpcConcurrency = 32

const (
	eventConcurrency = 8 // each may wait for Stripe
	monthInterval    = 10 * time.Minute
)

// Run is the billing service, until ctx is done.
func Run(ctx context.Context) error {
	cfg, err := config.Load[Config]()
	if err != nil {
		return err
	}
	log := telemetry.NewLogger(os.Stdout, "billing", cfg.LogLevel)
	r := runner.New(log, cfg.InternalAddr)

	client, err := stripe.New(cfg.StripeKey.Reveal(), cfg.StripeURL)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "Stripe", "livemode", client.Livemode(), "own_address", cfg.StripeURL == "")

	db, err := postgres.Open(ctx, cfg.DatabaseURL.Reveal(), log)
	if err != nil {
		return err
	}
	r.Close("database", func() error { return postgres.Close(db) })
	r.Ready("database", postgres.Ready(db))

	conn, err := bus.Dial(ctx, bus.Config{URL: cfg.AMQPURL.Reveal(), Service: "billing", Log: log, Metrics: r.Metrics()})
	if err != nil {
		return err
	}
	r.Close("broker", conn.Close)
	r.Ready("broker", func(context.Context) error { return conn.Ready() })
	r.Go("broker", conn.Watch)

	publisher, err := bus.NewPublisher(conn)
	if err != nil {
		return err
	}
	relay := outbox.NewRelay(db, "billing", publisher, log, r.Metrics())
	r.Go("outbox", relay.Run)

	bell := alarm.New(log, r.Metrics())
	history := payments.NewStore(db)
	turns := pace.New(pace.NewStore(db))
	reversals := reversal.New(reversal.NewStore(db), client, bell, log, r.Metrics())
	r.Go("reversals", func(ctx context.Context) error {
		return sweep.Repeat(ctx, cfg.SweepInterval, turns, "apply refunds and disputes", reversals.Next, log)
	})
	fulfiller := settlement.New(settlement.NewStore(db), history, client, bell, func(ctx context.Context, intentID string) {
		relay.Wake()
		reversals.PaymentRecorded(ctx, intentID)
	}, r.Metrics())
	r.Go("sweep", sweep.New(sweep.NewStore(db, cfg.SweepAge), fulfiller, turns, cfg.SweepInterval, log).Run)

	checkouts := checkout.New(checkout.NewStore(db), client, cfg.Packages, cfg.PaymentMethods, cfg.PublicURL, log)
	topUps := topup.New(topup.NewStore(db, cfg.SweepAge), client, fulfiller, checkouts, cfg.Packages, log)
	r.Go("top-ups", func(ctx context.Context) error {
		return sweep.Repeat(ctx, cfg.SweepInterval, turns, "settle top-ups", topUps.Next, log)
	})
	automatic := autotopup.New(autotopup.NewStore(db), cfg.Packages)
	r.Go("auto top-ups", func(ctx context.Context) error {
		return sweep.Repeat(ctx, monthInterval, turns, "begin a new month", automatic.Next, log)
	})
	lowPools := bus.NewConsumer(conn, bus.EventsBilling, eventConcurrency)
	bus.OnEvent(lowPools, contract.BalanceBelow, topUps.BalanceBelow)
	r.Go("low pools", lowPools.Run)
	saved := cards.New(cards.NewStore(db), client, log)
	r.Go("cards", func(ctx context.Context) error {
		return sweep.Repeat(ctx, cfg.SweepInterval, turns, "detach cards", saved.Next, log)
	})
	paid := payments.New(history)
	events := webhook.New(webhook.NewStore(db), cfg.secrets(), client.Livemode(), fulfiller, reversals, bell, log)
	r.Go("missed events", webhook.NewMissed(events, client, turns, cfg.MissedEventsInterval).Run)
	compare := reconcile.NewJob(reconcile.New(reconcile.NewStore(db), client, turns.Wait), cfg.ReconcileInterval, cfg.ReconcileWindow, bell, r.Metrics())
	r.Go("reconcile", upkeep.Every(cfg.ReconcileInterval, "reconcile with Stripe", log, compare.Round))
	server := bus.NewServer(conn, bus.RPCBilling, rpcConcurrency)
	bus.Handle(server, contract.ListPackages, checkouts.Packages)
	bus.Handle(server, contract.CreateCheckout, checkouts.OpenPayment)
	bus.Handle(server, contract.CreateSetup, checkouts.OpenSetup)
	bus.Handle(server, contract.CreateTopUp, topUps.Create)
	bus.Handle(server, contract.FulfilCheckout, fulfiller.FulfilCheckout)
	bus.Handle(server, contract.ReceiveStripe, events.Receive)
	bus.Handle(server, contract.ListPayments, paid.List)
	bus.Handle(server, contract.GetCard, paid.Card)
	bus.Handle(server, contract.RemoveCard, saved.Remove)
	bus.Handle(server, contract.SetAutoTopUp, automatic.Set)
	bus.Handle(server, contract.GetAutoTopUp, automatic.Get)
	r.Go("rpc", server.Run)

	return r.Run(ctx)
}
