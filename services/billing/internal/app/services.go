package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/purchase"
	"github.com/mintfax/mintfax/services/billing/internal/reconcile"
	"github.com/mintfax/mintfax/services/billing/internal/reversal"
	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/services/billing/internal/topup"
	"github.com/mintfax/mintfax/services/billing/internal/webhook"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/runner"
)

const (
	rpcConcurrency   = 32 // more than the database connections: a call spends most of its time waiting for Stripe
	eventConcurrency = 8  // each event may wait for Stripe
	uncapInterval    = 10 * time.Minute
)

// services are the parts of billing that run in one process.
type services struct {
	limiter    *stripe.Limiter
	checkouts  *purchase.Checkouts
	cards      *purchase.Cards
	settlement *settlement.Service
	sweeper    *settlement.Sweeper
	topUps     *topup.Service
	reversals  *reversal.Service
	receiver   *webhook.Receiver
	missed     *webhook.Missed
	reconcile  *reconcile.Job
}

// startTasks starts the background tasks: each completes what a request or an event left unfinished.
func (s services) startTasks(r *runner.Runner, cfg Config, log *slog.Logger) {
	repeat := func(name string, interval time.Duration, description string, task stripe.Task) {
		r.Go(name, func(ctx context.Context) error { return s.limiter.Repeat(ctx, interval, description, task, log) })
	}
	r.Go("sweep", s.sweeper.Run)
	repeat("reversals", cfg.SweepInterval, "apply refunds and disputes", s.reversals.Next)
	repeat("top-ups", cfg.SweepInterval, "settle top-ups", s.topUps.Next)
	repeat("auto top-ups", uncapInterval, "clear past monthly caps", s.topUps.UncapNext)
	repeat("cards", cfg.SweepInterval, "detach cards", s.cards.Next)
	r.Go("missed events", s.missed.Run)
	r.Go("reconcile", runner.Every(cfg.ReconcileInterval, "reconcile with Stripe", log, s.reconcile.Round))
}

// startConsumer starts the consumer of the wallet's events.
func (s services) startConsumer(r *runner.Runner, conn *bus.Conn) {
	consumer := bus.NewConsumer(conn, bus.EventsBilling, eventConcurrency)
	bus.OnEvent(consumer, contract.BalanceBelow, s.topUps.BalanceBelow)
	r.Go("low pools", consumer.Run)
}

// startServer starts the RPC server.
func (s services) startServer(r *runner.Runner, conn *bus.Conn) {
	server := bus.NewServer(conn, bus.RPCBilling, rpcConcurrency)
	bus.Handle(server, contract.ListPackages, s.checkouts.Packages)
	bus.Handle(server, contract.CreateCheckout, s.checkouts.OpenPayment)
	bus.Handle(server, contract.CreateSetup, s.checkouts.OpenSetup)
	bus.Handle(server, contract.FulfilCheckout, s.settlement.FulfilCheckout)
	bus.Handle(server, contract.ReceiveStripe, s.receiver.Receive)
	bus.Handle(server, contract.ListPayments, s.settlement.ListPayments)
	bus.Handle(server, contract.GetCard, s.cards.Get)
	bus.Handle(server, contract.RemoveCard, s.cards.Remove)
	bus.Handle(server, contract.CreateTopUp, s.topUps.Create)
	bus.Handle(server, contract.SetAutoTopUp, s.topUps.SetAutoTopUp)
	bus.Handle(server, contract.GetAutoTopUp, s.topUps.GetAutoTopUp)
	r.Go("rpc", server.Run)
}
