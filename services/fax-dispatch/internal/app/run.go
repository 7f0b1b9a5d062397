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
	"github.com/mintfax/mintfax/shared/service"
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
	s, err := service.Start(ctx, "fax-dispatch", "fax", cfg.Settings, log)
	if err != nil {
		return err
	}
	s.Close("renderer", renderer.Close)

	storage, err := documents.Open(ctx, cfg.StorageURL.Reveal(), cfg.DocumentKey)
	if err != nil {
		return err
	}
	s.Close("documents", storage.Close)
	storage.Measure(s.Metrics())
	s.Ready("documents", storage.Ready)

	client, err := bus.NewClient(s.Broker)
	if err != nil {
		return err
	}
	faxes, preferences, attempts := query.New(query.NewStore(s.DB)), settings.New(settings.NewStore(s.DB)), dispatch.NewStore(s.DB)
	p := parts{
		intake: &intake.Service{
			Store: intake.NewStore(s.DB), Settings: preferences, Wallet: wallet(client), Documents: storage, Renderer: renderer,
			Routes: cfg.routes, Rates: rates,
			Limits:    intake.Limits{NewAccountPerDay: cfg.NewAccountPerDay, DestinationPerHour: cfg.DestinationPerHour},
			Accepting: make(chan struct{}, acceptConcurrency), Wake: s.Outbox.Wake, Log: log,
		},
		dispatcher: &dispatch.Dispatcher{
			Store: attempts, Carriers: cfg.carriers(simulated.NewCalls(simulated.NewStore(s.DB)), storage), Routes: cfg.routes,
			Retries: cfg.Retries(), Wake: s.Outbox.Wake, Metrics: dispatch.NewMetrics(s.Metrics()),
			Accounts: dispatch.NewAccounts(s.Metrics(), log), Log: log,
		},
		canceler: dispatch.NewCanceler(attempts, faxes.Get, s.Outbox.Wake),
		query:    faxes,
		settings: preferences,
		erasure:  erasure.New(erasure.NewStore(s.DB), storage, s.Metrics()),
		staging:  storage,
	}
	p.serve(s)
	p.schedule(s, cfg.WatchdogAge)
	return s.Run(ctx)
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
