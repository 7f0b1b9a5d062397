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
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/service"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// Run runs the billing service until ctx is done.
func Run(ctx context.Context) error {
	cfg, err := config.Load[Config]()
	if err != nil {
		return err
	}
	log := telemetry.NewLogger(os.Stdout, "billing", cfg.LogLevel)
	client, err := stripe.New(cfg.StripeKey.Reveal(), cfg.StripeURL)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "Stripe", "livemode", client.Livemode(), "own_address", cfg.StripeURL == "")

	s, err := service.Start(ctx, "billing", "billing", cfg.Settings, log)
	if err != nil {
		return err
	}

	alarm := stripe.NewAlarm(log, s.Metrics())
	limiter := stripe.NewLimiter(s.DB)
	p := parts{limiter: limiter}
	p.reversals = reversal.New(reversal.NewStore(s.DB), client, alarm, log, s.Metrics())
	p.settlement = settlement.New(settlement.NewStore(s.DB), client, alarm, func(ctx context.Context, intentID string) {
		s.Outbox.Wake()
		p.reversals.PaymentRecorded(ctx, intentID)
	}, s.Metrics())
	p.sweeper = settlement.NewSweeper(settlement.NewStore(s.DB), cfg.SweepAge, p.settlement, limiter, cfg.SweepInterval, log)
	p.checkouts = purchase.NewCheckouts(purchase.NewStore(s.DB), client, cfg.Packages, cfg.PaymentMethods, cfg.PublicURL, log)
	p.cards = purchase.NewCards(purchase.NewStore(s.DB), client, log)
	p.topUps = topup.New(topup.NewStore(s.DB, cfg.SweepAge), client, p.settlement, p.checkouts, cfg.Packages, log)
	p.receiver = webhook.New(webhook.NewStore(s.DB), cfg.secrets(), client.Livemode(), p.settlement, p.reversals, alarm, log)
	p.missed = webhook.NewMissed(p.receiver, client, limiter, cfg.MissedEventsInterval)
	comparer := reconcile.New(reconcile.NewStore(s.DB), client, limiter.Wait)
	p.reconcile = reconcile.NewJob(comparer, cfg.ReconcileInterval, cfg.ReconcileWindow, alarm, s.Metrics())

	p.startTasks(s, cfg)
	p.startConsumer(s)
	p.startServer(s)
	return s.Run(ctx)
}
