package app

import (
	"context"
	"fmt"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/dashboard"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// Options change how the gateway checks keys. The benchmark compares the variants.
type Options struct {
	CheckKeys admission.CheckKeysFunc // in place of the call to auth
	Unbatched bool                    // one call for each request
}

// Run runs the gateway until ctx is done.
func Run(ctx context.Context) error { return RunWith(ctx, Options{}) }

// RunWith is Run with options.
func RunWith(ctx context.Context, options Options) error {
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
	if options.CheckKeys == nil {
		options.CheckKeys = func(ctx context.Context, request contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
			return bus.Call(ctx, client, contract.CheckKeys, request)
		}
	}
	hub, listener := dashboard.NewHub(), bus.NewListener(conn)
	hub.Listen(listener)
	r.Go("listener", listener.Run)
	r.Go("live pages", hub.Run)

	engine, err := newEngine(cfg, parts{
		services: client, options: options, redis: redisClient, documents: store, hub: hub, log: log, metrics: r.Metrics(),
	})
	if err != nil {
		return err
	}
	public := edge.New(edge.Config{
		Addr: cfg.HTTPAddr, Connections: cfg.MaxConnections, PerAddress: cfg.MaxPerAddress, TrustedProxies: cfg.TrustedProxies,
	}, engine)
	r.Ready("http", public.Ready)
	r.Go("http", public.Run)
	r.Linger(cfg.DrainDelay, public.Drain)
	return r.Run(ctx)
}
