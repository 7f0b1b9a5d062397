// Package app reads the settings of the wallet service and wires it together.
package app

import (
	"context"
	"os"
	"time"

	"github.com/mintfax/mintfax/services/wallet/internal/holds"
	"github.com/mintfax/mintfax/services/wallet/internal/pools"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/service"
	"github.com/mintfax/mintfax/shared/telemetry"
)

const (
	rpcConcurrency        = 8
	settlementConcurrency = 4

	expiryInterval = 10 * time.Minute
	inboxInterval  = time.Hour
)

// Run runs the wallet service until ctx is done.
func Run(ctx context.Context) error {
	cfg, err := config.Load[Config]()
	if err != nil {
		return err
	}
	s, err := service.Start(ctx, "wallet", "wallet", cfg.Settings, telemetry.NewLogger(os.Stdout, "wallet", cfg.LogLevel))
	if err != nil {
		return err
	}

	hold, pool := holds.New(s.DB), pools.New(s.DB)
	server := bus.NewServer(s.Broker, bus.RPCWallet, rpcConcurrency)
	bus.Handle(server, contract.PlaceHold, hold.Place)
	bus.Handle(server, contract.VoidHold, hold.Void)
	bus.Handle(server, contract.GetBalances, pool.GetBalances)
	bus.Handle(server, contract.ListTransactions, pool.ListTransactions)
	bus.Handle(server, contract.GetSettings, pool.GetSettings)
	bus.Handle(server, contract.SetLowBalance, pool.SetLowBalance)
	bus.Handle(server, contract.OpenStatement, pool.OpenStatement)
	bus.Handle(server, contract.ListMovements, pool.ListMovements)
	s.Go("rpc", server.Run)

	consumer := bus.NewConsumer(s.Broker, bus.EventsWallet, settlementConcurrency)
	bus.OnEvent(consumer, contract.FaxDelivered, hold.Capture)
	bus.OnEvent(consumer, contract.FaxFailed, hold.Release)
	bus.OnEvent(consumer, contract.FaxCanceled, hold.Release)
	s.Go("settlement", consumer.Run)
	s.Go("inbox", runner.Every(inboxInterval, "old message ids", s.Log, hold.DeleteOldMessages))

	client, err := bus.NewClient(s.Broker)
	if err != nil {
		return err
	}
	expirer := holds.NewExpirer(s.DB, faxStatuses(client), cfg.HoldExpiry, s.Metrics(), s.Log)
	s.Go("expiry", runner.Every(expiryInterval, "hold expiry", s.Log, expirer.Expire))
	reconciler := pools.NewReconciler(s.DB, s.Metrics(), s.Log)
	s.Go("reconciliation", runner.Every(cfg.ProofInterval, "ledger reconciliation", s.Log, reconciler.Reconcile))

	return s.Run(ctx)
}

func faxStatuses(client *bus.Client) holds.GetStatuses {
	return func(ctx context.Context, r contract.GetFaxStatusesRequest) (contract.FaxOutcomes, error) {
		return bus.Call(ctx, client, contract.GetFaxStatuses, r)
	}
}
