package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/erasure"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake/price"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/query"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/outbox"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/telemetry"
	"github.com/mintfax/mintfax/shared/upkeep"
)

const (
	rpcConcurrency      = 16
	submitConcurrency   = 512 // more than may wait for the turn of one account
	acceptConcurrency   = 16
	dispatchConcurrency = 16

	submissionSweep = 5 * time.Second
	erasureSweep    = 10 * time.Second
	dueInterval     = 250 * time.Millisecond // by which a retry is late, at most
	watchInterval   = 15 * time.Second
	workBatch       = 100
	hourly          = time.Hour
	stagingAge      = time.Hour
)

// Run is the fax-dispatch service, until ctx is done.
func Run(ctx context.Context) error {
	cfg, err := config.Load[Config]()
	if err != nil {
		return err
	}
	renderer, err := render.Find(ctx, cfg.ConverterURL, cfg.Converters)
	if err != nil {
		return fmt.Errorf("prepare to render documents: %w", err)
	}
	rates, err := price.Load(cfg.RatesFile)
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
	preferences := settings.New(settings.NewStore(db))
	submissions := &intake.Service{
		Store:     intake.NewStore(db),
		Settings:  preferences,
		Wallet:    wallet(client),
		Documents: storage,
		Renderer:  renderer,
		Routes:    cfg.routes,
		Rates:     rates,
		Limits:    intake.Limits{NewAccountPerDay: cfg.NewAccountPerDay, DestinationPerHour: cfg.DestinationPerHour},
		Accepting: make(chan struct{}, acceptConcurrency),
		Wake:      relay.Wake,
		Log:       log,
	}
	reader := query.New(query.NewStore(db))
	accepting := bus.NewServer(conn, bus.RPCFaxSubmit, submitConcurrency)
	bus.Handle(accepting, contract.SubmitFax, submissions.Submit)
	bus.Handle(accepting, contract.QuoteFax, submissions.Quote)
	bus.Handle(accepting, contract.PreviewFax, submissions.Preview)
	abandoned := bus.NewListener(conn)
	accepting.HeedAbandoned(abandoned)
	r.Go("abandoned", abandoned.Run)
	r.Go("submit", accepting.Run)
	server := bus.NewServer(conn, bus.RPCFax, rpcConcurrency)
	bus.Handle(server, contract.GetFax, reader.Get)
	bus.Handle(server, contract.ListFaxes, reader.List)
	bus.Handle(server, contract.FindFax, reader.Find)
	bus.Handle(server, contract.GetFaxOverview, reader.Overview)
	bus.Handle(server, contract.GetFates, reader.Statuses)
	bus.Handle(server, contract.ResendFax, submissions.Resend)
	bus.Handle(server, contract.CancelFax, dispatch.NewCanceler(dispatch.NewStore(db), reader.Get, relay.Wake).Cancel)
	eraser := erasure.New(erasure.NewStore(db), storage, r.Metrics())
	bus.Handle(server, contract.DeleteFax, eraser.Delete)
	bus.Handle(server, contract.GetFaxPages, reader.Pages)
	bus.Handle(server, contract.GetFaxSettings, preferences.Get)
	bus.Handle(server, contract.SetFaxSettings, preferences.Set)

	calls := simulated.NewCalls(simulated.NewStore(db))
	attempts := dispatch.NewStore(db)
	dispatcher := &dispatch.Dispatcher{
		Store: attempts, Carriers: cfg.carriers(calls, storage), Routes: cfg.routes, Retries: cfg.Retries(),
		Wake: relay.Wake, Metrics: dispatch.NewMetrics(r.Metrics()), Accounts: dispatch.NewAccounts(r.Metrics(), log), Log: log,
	}
	bus.Handle(server, contract.ReceiveCarrier, dispatcher.Receive)
	r.Go("rpc", server.Run)
	consumer := bus.NewConsumer(conn, bus.WorkFaxDispatch, dispatchConcurrency)
	bus.OnWork(consumer, contract.DispatchFax, dispatcher.Handle)
	r.Go("dispatch", consumer.Run)

	r.Go("submissions", upkeep.Every(submissionSweep, "unfinished submissions", log, submissions.Sweep))
	r.Go("due", upkeep.Every(dueInterval, "due work", log, due(attempts, relay.Wake)))
	r.Go("watchdog", upkeep.Every(watchInterval, "lost work", log, watch(attempts, cfg.WatchdogAge, log)))
	r.Go("retention", upkeep.Every(hourly, "retention", log, eraser.Retain))
	r.Go("erasure", upkeep.Every(erasureSweep, "erased documents", log, eraser.Sweep))
	r.Go("staging", upkeep.Every(hourly, "staging", log, sweepStaging(storage, log)))
	r.Go("keys", upkeep.Every(hourly, "idempotency keys", log, submissions.Store.ForgetKeys))
	return r.Run(ctx)
}

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

// due gives what is due until there is no more.
func due(attempts dispatch.Store, wake func()) func(context.Context) error {
	return func(ctx context.Context) error {
		for {
			given, err := attempts.Due(ctx, workBatch)
			if given > 0 {
				wake()
			}
			if given < workBatch || err != nil {
				return err
			}
		}
	}
}

func watch(attempts dispatch.Store, age time.Duration, log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		given, err := attempts.Watch(ctx, age, workBatch)
		if given > 0 {
			log.WarnContext(ctx, "work took too long and is looked after", "count", given)
		}
		return err
	}
}

func sweepStaging(storage *documents.Store, log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		swept, err := storage.SweepStaging(ctx, stagingAge)
		if swept > 0 {
			log.InfoContext(ctx, "uploads that no fax used were deleted", "count", swept)
		}
		return err
	}
}
