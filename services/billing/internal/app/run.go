package app

import (
	"context"
	"os"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/purchase"
	"github.com/mintfax/mintfax/services/billing/internal/reconcile"
	"github.com/mintfax/mintfax/services/billing/internal/reversal"
	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
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

	alarm := stripe.NewAlarm(log, r.Metrics())
	limiter := stripe.NewLimiter(db)
	reversals := reversal.New(reversal.NewStore(db), client, alarm, log, r.Metrics())
	r.Go("reversals", func(ctx context.Context) error {
		return limiter.Repeat(ctx, cfg.SweepInterval, "apply refunds and disputes", reversals.Next, log)
	})
	settled := settlement.New(settlement.NewStore(db), client, alarm, func(ctx context.Context, intentID string) {
		relay.Wake()
		reversals.PaymentRecorded(ctx, intentID)
	}, r.Metrics())
	r.Go("sweep", settlement.NewSweeper(settlement.NewStore(db), cfg.SweepAge, settled, limiter, cfg.SweepInterval, log).Run)

	checkouts := purchase.NewCheckouts(purchase.NewStore(db), client, cfg.Packages, cfg.PaymentMethods, cfg.PublicURL, log)
	topUps := topup.New(topup.NewStore(db, cfg.SweepAge), client, settled, checkouts, cfg.Packages, log)
	r.Go("top-ups", func(ctx context.Context) error {
		return limiter.Repeat(ctx, cfg.SweepInterval, "settle top-ups", topUps.Next, log)
	})
	r.Go("auto top-ups", func(ctx context.Context) error {
		return limiter.Repeat(ctx, monthInterval, "begin a new month", topUps.UncapNext, log)
	})
	lowPools := bus.NewConsumer(conn, bus.EventsBilling, eventConcurrency)
	bus.OnEvent(lowPools, contract.BalanceBelow, topUps.BalanceBelow)
	r.Go("low pools", lowPools.Run)
	saved := purchase.NewCards(purchase.NewStore(db), client, log)
	r.Go("cards", func(ctx context.Context) error {
		return limiter.Repeat(ctx, cfg.SweepInterval, "detach cards", saved.Next, log)
	})
	events := webhook.New(webhook.NewStore(db), cfg.secrets(), client.Livemode(), settled, reversals, alarm, log)
	r.Go("missed events", webhook.NewMissed(events, client, limiter, cfg.MissedEventsInterval).Run)
	compare := reconcile.NewJob(reconcile.New(reconcile.NewStore(db), client, limiter.Wait), cfg.ReconcileInterval, cfg.ReconcileWindow, alarm, r.Metrics())
	r.Go("reconcile", upkeep.Every(cfg.ReconcileInterval, "reconcile with Stripe", log, compare.Round))
	server := bus.NewServer(conn, bus.RPCBilling, rpcConcurrency)
	bus.Handle(server, contract.ListPackages, checkouts.Packages)
	bus.Handle(server, contract.CreateCheckout, checkouts.OpenPayment)
	bus.Handle(server, contract.CreateSetup, checkouts.OpenSetup)
	bus.Handle(server, contract.CreateTopUp, topUps.Create)
	bus.Handle(server, contract.FulfilCheckout, settled.FulfilCheckout)
	bus.Handle(server, contract.ReceiveStripe, events.Receive)
	bus.Handle(server, contract.ListPayments, settled.ListPayments)
	bus.Handle(server, contract.GetCard, saved.Get)
	bus.Handle(server, contract.RemoveCard, saved.Remove)
	bus.Handle(server, contract.SetAutoTopUp, topUps.SetAutoTopUp)
	bus.Handle(server, contract.GetAutoTopUp, topUps.GetAutoTopUp)
	r.Go("rpc", server.Run)

	return r.Run(ctx)
}
