package app

import (
	"context"
	"os"
	"time"

	"github.com/mintfax/mintfax/services/wallet/internal/expiry"
	"github.com/mintfax/mintfax/services/wallet/internal/pools"
	"github.com/mintfax/mintfax/services/wallet/internal/proof"
	"github.com/mintfax/mintfax/services/wallet/internal/settlement"
	"github.com/mintfax/mintfax/services/wallet/internal/statement"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/outbox"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/telemetry"
	"github.com/mintfax/mintfax/shared/upkeep"
)

const (
	rpcConcurrency        = 8
	settlementConcurrency = 4

	expiryInterval = 10 * time.Minute
)

// Run is the wallet service, until ctx is done.
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

	service := pools.New(db)
	server := bus.NewServer(conn, bus.RPCWallet, rpcConcurrency)
	bus.Handle(server, contract.PlaceHold, service.PlaceHold)
	bus.Handle(server, contract.VoidHold, service.VoidHold)
	bus.Handle(server, contract.GetBalances, service.GetBalances)
	bus.Handle(server, contract.ListTransactions, service.ListTransactions)
	bus.Handle(server, contract.GetSettings, service.GetSettings)
	bus.Handle(server, contract.SetLowBalance, service.SetLowBalance)
	statements := statement.New(db)
	bus.Handle(server, contract.OpenStatement, statements.Open)
	bus.Handle(server, contract.ListMovements, statements.Movements)
	r.Go("rpc", server.Run)

	settle := settlement.New(db, log)
	consumer := bus.NewConsumer(conn, bus.EventsWallet, settlementConcurrency)
	bus.OnEvent(consumer, contract.FaxDelivered, settle.Capture)
	bus.OnEvent(consumer, contract.FaxFailed, settle.Release)
	bus.OnEvent(consumer, contract.FaxCanceled, settle.Release)
	r.Go("settlement", consumer.Run)
	r.Go("upkeep", settle.ForgetOldMessages)

	client, err := bus.NewClient(conn)
	if err != nil {
		return err
	}
	expirer := expiry.New(db, fates(client), cfg.HoldExpiry, expiry.NewMetrics(r.Metrics()), log)
	r.Go("expiry", upkeep.Every(expiryInterval, "forgotten holds", log, expirer.Round))
	prover := proof.New(proof.NewStore(db), r.Metrics(), log)
	r.Go("proof", upkeep.Every(cfg.ProofInterval, "the proof of the ledger", log, prover.Prove))

	return r.Run(ctx)
}

func fates(client *bus.Client) expiry.Ask {
	return func(ctx context.Context, r contract.GetFatesRequest) (contract.Fates, error) {
		return bus.Call(ctx, client, contract.GetFates, r)
	}
}
