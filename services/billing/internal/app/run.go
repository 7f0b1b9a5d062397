package app

import (
	"context"
	"os"

	"github.com/mintfax/mintfax/services/billing/internal/purchase"
	"github.com/mintfax/mintfax/services/billing/internal/reconcile"
	"github.com/mintfax/mintfax/services/billing/internal/reversal"
	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/services/billing/internal/topup"
	"github.com/mintfax/mintfax/services/billing/internal/webhook"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// Run runs the billing service until ctx is done.
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
	s := services{limiter: limiter}
	s.reversals = reversal.New(reversal.NewStore(db), client, alarm, log, r.Metrics())
	s.settlement = settlement.New(settlement.NewStore(db), client, alarm, func(ctx context.Context, intentID string) {
		relay.Wake()
		s.reversals.PaymentRecorded(ctx, intentID)
	}, r.Metrics())
	s.sweeper = settlement.NewSweeper(settlement.NewStore(db), cfg.SweepAge, s.settlement, limiter, cfg.SweepInterval, log)
	s.checkouts = purchase.NewCheckouts(purchase.NewStore(db), client, cfg.Packages, cfg.PaymentMethods, cfg.PublicURL, log)
	s.cards = purchase.NewCards(purchase.NewStore(db), client, log)
	s.topUps = topup.New(topup.NewStore(db, cfg.SweepAge), client, s.settlement, s.checkouts, cfg.Packages, log)
	s.receiver = webhook.New(webhook.NewStore(db), cfg.secrets(), client.Livemode(), s.settlement, s.reversals, alarm, log)
	s.missed = webhook.NewMissed(s.receiver, client, limiter, cfg.MissedEventsInterval)
	comparer := reconcile.New(reconcile.NewStore(db), client, limiter.Wait)
	s.reconcile = reconcile.NewJob(comparer, cfg.ReconcileInterval, cfg.ReconcileWindow, alarm, r.Metrics())

	s.startTasks(r, cfg, log)
	s.startConsumer(r, conn)
	s.startServer(r, conn)
	return r.Run(ctx)
}
