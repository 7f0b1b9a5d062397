package app

import (
	"context"
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
	"github.com/mintfax/mintfax/shared/service"
)

const (
	rpcConcurrency   = 32 // more than the database connections: a call spends most of its time waiting for Stripe
	eventConcurrency = 8  // each event may wait for Stripe
	uncapInterval    = 10 * time.Minute
)

// parts are the parts of billing that run in one process.
type parts struct {
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
func (p parts) startTasks(s *service.Service, cfg Config) {
	repeat := func(name string, interval time.Duration, description string, task stripe.Task) {
		s.Go(name, func(ctx context.Context) error { return p.limiter.Repeat(ctx, interval, description, task, s.Log) })
	}
	s.Go("sweep", p.sweeper.Run)
	repeat("reversals", cfg.SweepInterval, "apply refunds and disputes", p.reversals.Next)
	repeat("top-ups", cfg.SweepInterval, "settle top-ups", p.topUps.Next)
	repeat("auto top-ups", uncapInterval, "clear past monthly caps", p.topUps.UncapNext)
	repeat("cards", cfg.SweepInterval, "detach cards", p.cards.Next)
	s.Go("missed events", p.missed.Run)
	s.Go("reconcile", runner.Every(cfg.ReconcileInterval, "reconcile with Stripe", s.Log, p.reconcile.Round))
}

// startConsumer starts the consumer of the wallet's events.
func (p parts) startConsumer(s *service.Service) {
	consumer := bus.NewConsumer(s.Broker, bus.EventsBilling, eventConcurrency)
	bus.OnEvent(consumer, contract.BalanceBelow, p.topUps.BalanceBelow)
	s.Go("low pools", consumer.Run)
}

// startServer starts the RPC server.
func (p parts) startServer(s *service.Service) {
	server := bus.NewServer(s.Broker, bus.RPCBilling, rpcConcurrency)
	bus.Handle(server, contract.ListPackages, p.checkouts.Packages)
	bus.Handle(server, contract.CreateCheckout, p.checkouts.OpenPayment)
	bus.Handle(server, contract.CreateSetup, p.checkouts.OpenSetup)
	bus.Handle(server, contract.FulfilCheckout, p.settlement.FulfilCheckout)
	bus.Handle(server, contract.ReceiveStripe, p.receiver.Receive)
	bus.Handle(server, contract.ListPayments, p.settlement.ListPayments)
	bus.Handle(server, contract.GetCard, p.cards.Get)
	bus.Handle(server, contract.RemoveCard, p.cards.Remove)
	bus.Handle(server, contract.CreateTopUp, p.topUps.Create)
	bus.Handle(server, contract.SetAutoTopUp, p.topUps.SetAutoTopUp)
	bus.Handle(server, contract.GetAutoTopUp, p.topUps.GetAutoTopUp)
	s.Go("rpc", server.Run)
}
