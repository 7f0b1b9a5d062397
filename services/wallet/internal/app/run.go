// Package app reads the settings of the wallet service and wires it together.
package app

import (
	"context"
	"os"
	"time"

	"github.com/mintfax/mintfax/services/wallet/internal/holds"
	"github.com/mintfax/mintfax/services/wallet/internal/pools"
	"github.com/mintfax/mintfax/services/wallet/internal/reconcile"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/runner"
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
	log := telemetry.NewLogger(os.Stdout, "wallet", cfg.LogLevel)
	r := runner.New(log, cfg.InternalAddr)

	db, err := postgres.Open(ctx, cfg.DatabaseURL.Reveal(), log)
	if err != nil {
		return err
	}
	r.Close("database", func() error { return postgres.Close(db) })
	r.Ready("database", postgres.Ready(db))

	conn, err := bus.Dial(ctx, bus.Config{URL: cfg.AMQPURL.Reveal(), Service: "wallet", Log: log, Metrics: r.Metrics()})
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
	r.Go("outbox", outbox.NewRelay(db, "wallet", publisher, log, r.Metrics()).Run)

	hold, pool := holds.New(db), pools.New(db)
	server := bus.NewServer(conn, bus.RPCWallet, rpcConcurrency)
	bus.Handle(server, contract.PlaceHold, hold.Place)
	bus.Handle(server, contract.VoidHold, hold.Void)
	bus.Handle(server, contract.GetBalances, pool.GetBalances)
	bus.Handle(server, contract.ListTransactions, pool.ListTransactions)
	bus.Handle(server, contract.GetSettings, pool.GetSettings)
	bus.Handle(server, contract.SetLowBalance, pool.SetLowBalance)
	bus.Handle(server, contract.OpenStatement, pool.OpenStatement)
	bus.Handle(server, contract.ListMovements, pool.ListMovements)
	r.Go("rpc", server.Run)

	consumer := bus.NewConsumer(conn, bus.EventsWallet, settlementConcurrency)
	bus.OnEvent(consumer, contract.FaxDelivered, hold.Capture)
	bus.OnEvent(consumer, contract.FaxFailed, hold.Release)
	bus.OnEvent(consumer, contract.FaxCanceled, hold.Release)
	r.Go("settlement", consumer.Run)
	r.Go("inbox", runner.Every(inboxInterval, "old message ids", log, hold.DeleteOldMessages))

	client, err := bus.NewClient(conn)
	if err != nil {
		return err
	}
	expirer := holds.NewExpirer(db, faxStatuses(client), cfg.HoldExpiry, r.Metrics(), log)
	r.Go("expiry", runner.Every(expiryInterval, "hold expiry", log, expirer.Expire))
	reconciler := reconcile.New(db, r.Metrics(), log)
	r.Go("reconciliation", runner.Every(cfg.ProofInterval, "ledger reconciliation", log, reconciler.Reconcile))

	return r.Run(ctx)
}

func faxStatuses(client *bus.Client) holds.GetStatuses {
	return func(ctx context.Context, r contract.GetFaxStatusesRequest) (contract.FaxOutcomes, error) {
		return bus.Call(ctx, client, contract.GetFaxStatuses, r)
	}
}
