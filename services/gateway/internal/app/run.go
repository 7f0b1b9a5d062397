package app

import (
	"context"
	"fmt"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/gate"
	"github.com/mintfax/mintfax/services/gateway/internal/httpapi"
	"github.com/mintfax/mintfax/services/gateway/internal/idempotency"
	"github.com/mintfax/mintfax/services/gateway/internal/limits"
	"github.com/mintfax/mintfax/services/gateway/internal/live"
	"github.com/mintfax/mintfax/services/gateway/internal/rpc"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// Run is the gateway, until ctx is done.
func Run(ctx context.Context) error { return RunAsking(ctx, nil) }

// RunAsking is the gateway with ask in place of the question to auth. The benchmark compares the two.
func RunAsking(ctx context.Context, ask gate.Asker) error {
	cfg, err := config.Load[Config]()
	if err != nil {
		return err
	}
	log := telemetry.NewLogger(os.Stdout, "gateway", cfg.LogLevel)
	r := runner.New(log, cfg.InternalAddr)

	redisOptions, err := redis.ParseURL(cfg.RedisURL.Reveal())
	if err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	redisOptions.ContextTimeoutEnabled = true    // callers' deadlines also bound reading and writing
	redisClient := redis.NewClient(redisOptions) // not part of readiness: the gateway serves without it
	r.Close("redis", redisClient.Close)

	store, err := documents.Open(ctx, cfg.StorageURL, cfg.DocumentKey)
	if err != nil {
		return err
	}
	r.Close("documents", store.Close)
	store.Measure(r.Metrics())

	conn, err := bus.Dial(ctx, bus.Config{URL: cfg.AMQPURL.Reveal(), Service: "gateway", Log: log, Metrics: r.Metrics()})
	if err != nil {
		return err
	}
	r.Close("broker", conn.Close)
	r.Ready("broker", func(context.Context) error { return conn.Ready() })
	r.Go("broker", conn.Watch)
	client, err := bus.NewClient(conn)
	if err != nil {
		return err
	}
	services := rpc.FromBus(client)
	if ask == nil {
		ask = gate.Asker(services.CheckKeys)
	}

	api := httpapi.New(httpapi.Config{
		PublicURL: cfg.PublicURL, DocsURL: cfg.DocsURL,
		KeyPerMinute: cfg.KeyPerMinute, AccountPerMinute: cfg.AccountPerMinute, PerMinute: cfg.PerMinute, Registrations: cfg.Registrations,
	}, httpapi.Deps{
		RPC: services, Gate: gate.New(cfg.CheckSharing, ask, r.Metrics()),
		Limiter: limits.New(redisClient, "mintfax:limit:", log), Known: limits.NewKnown(redisClient, "mintfax:known:", log), Idempotency: idempotency.NewStore(redisClient, "mintfax:idempotency:"),
		Documents: store, Log: log, Metrics: r.Metrics(),
	})
	hub, listener := live.NewHub(), bus.NewListener(conn)
	hub.Hear(listener)
	r.Go("listener", listener.Run)
	r.Go("live pages", hub.Run)
	engine, err := newEngine(cfg, api, services, redisClient, hub, log)
	if err != nil {
		return err
	}
	public := edge.New(edge.Config{
		Addr: cfg.HTTPAddr, Connections: cfg.MaxConnections, PerAddress: cfg.MaxPerAddress, TrustedProxies: cfg.TrustedProxies,
	}, engine)
	r.Go("http", public.Run)
	r.Linger(cfg.DrainDelay, public.Leave)
	return r.Run(ctx)
}
