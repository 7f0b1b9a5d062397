package app

import (
	"context"
	"fmt"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/erasure"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/query"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// acceptConcurrency bounds how many faxes are accepted at once.
const acceptConcurrency = 16

// Run runs the fax-dispatch service until ctx is done.
func Run(ctx context.Context) error {
	cfg, err := config.Load[Config]()
	if err != nil {
		return err
	}
	renderer, err := render.Find(ctx, cfg.ConverterURL, cfg.Converters)
	if err != nil {
		return fmt.Errorf("prepare to render documents: %w", err)
	}
	rates, err := intake.LoadRates(cfg.RatesFile)
	if err != nil {
		return fmt.Errorf("RATES_FILE: %w", err)
	}
	log := telemetry.NewLogger(os.Stdout, "fax-dispatch", cfg.LogLevel)
	for _, lack := range renderer.Lacks() {
		log.WarnContext(ctx, "this machine lacks something that documents need", "lack", lack)
	}
	r := runner.New(log, cfg.InternalAddr)
	r.Close("renderer", renderer.Close)

	db, err := postgres.Open(ctx, cfg.DatabaseURL.Reveal(), log)
	if err != nil {
		return err
	}
	r.Close("database", func() error { return postgres.Close(db) })
	r.Ready("database", postgres.Ready(db))

	storage, err := documents.Open(ctx, cfg.StorageURL.Reveal(), cfg.DocumentKey)
	if err != nil {
		return err
	}
	r.Close("documents", storage.Close)
	storage.Measure(r.Metrics())
	r.Ready("documents", storage.Ready)

	conn, err := bus.Dial(ctx, bus.Config{URL: cfg.AMQPURL.Reveal(), Service: "fax-dispatch", Log: log, Metrics: r.Metrics()})
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
	relay := outbox.NewRelay(db, "fax", publisher, log, r.Metrics())
	r.Go("outbox", relay.Run)

	client, err := bus.NewClient(conn)
	if err != nil {
		return err
	}
	faxes, preferences, attempts := query.New(query.NewStore(db)), settings.New(settings.NewStore(db)), dispatch.NewStore(db)
	p := parts{
		intake: &intake.Service{
			Store: intake.NewStore(db), Settings: preferences, Wallet: wallet(client), Documents: storage, Renderer: renderer,
			Routes: cfg.routes, Rates: rates,
			Limits:    intake.Limits{NewAccountPerDay: cfg.NewAccountPerDay, DestinationPerHour: cfg.DestinationPerHour},
			Accepting: make(chan struct{}, acceptConcurrency), Wake: relay.Wake, Log: log,
		},
		dispatcher: &dispatch.Dispatcher{
			Store: attempts, Carriers: cfg.carriers(simulated.NewCalls(simulated.NewStore(db)), storage), Routes: cfg.routes,
			Retries: cfg.Retries(), Wake: relay.Wake, Metrics: dispatch.NewMetrics(r.Metrics()),
			Accounts: dispatch.NewAccounts(r.Metrics(), log), Log: log,
		},
		canceler: dispatch.NewCanceler(attempts, faxes.Get, relay.Wake),
		query:    faxes,
		settings: preferences,
		erasure:  erasure.New(erasure.NewStore(db), storage, r.Metrics()),
		staging:  storage,
	}
	p.serve(r, conn)
	p.schedule(r, cfg.WatchdogAge, log)
	return r.Run(ctx)
}

// wallet asks the wallet service.
func wallet(client *bus.Client) intake.Wallet {
	return intake.Wallet{
		Hold: func(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
			return bus.Call(ctx, client, contract.PlaceHold, r)
		},
		Void: func(ctx context.Context, r contract.VoidHoldRequest) (contract.None, error) {
			return bus.Call(ctx, client, contract.VoidHold, r)
		},
	}
}
