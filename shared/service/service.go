// Package service starts what every service with a database needs: the log, the internal server, its schema, the
// broker and the outbox relay between the two.
package service

import (
	"context"
	"log/slog"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/runner"
)

// Settings are read from the environment. The Config of a service embeds them.
type Settings struct {
	DatabaseURL  config.Secret `env:"DATABASE_URL,required,notEmpty"`
	AMQPURL      config.Secret `env:"AMQP_URL,required,notEmpty"`
	InternalAddr string        `env:"INTERNAL_ADDR,required,notEmpty"`
	LogLevel     string        `env:"LOG_LEVEL" envDefault:"info"`
}

// Service is a runner to which a service adds its own parts. Run finally closes the broker and then the database.
type Service struct {
	*runner.Runner

	Log    *slog.Logger
	DB     *postgres.DB
	Broker *bus.Conn
	Outbox *outbox.Relay
}

// Start connects a service to its schema and to the broker, and adds the outbox relay as its first part. It fails when
// the database or the broker cannot be reached.
func Start(ctx context.Context, name, schema string, settings Settings, log *slog.Logger) (*Service, error) {
	r := runner.New(log, settings.InternalAddr)
	db, err := postgres.Open(ctx, settings.DatabaseURL.Reveal(), log)
	if err != nil {
		return nil, err
	}
	r.Close("database", func() error { return postgres.Close(db) })
	r.Ready("database", postgres.Ready(db))

	conn, err := bus.Dial(ctx, bus.Config{URL: settings.AMQPURL.Reveal(), Service: name, Log: log, Metrics: r.Metrics()})
	if err != nil {
		return nil, err
	}
	r.Close("broker", conn.Close)
	r.Ready("broker", func(context.Context) error { return conn.Ready() })
	r.Go("broker", conn.Watch)

	publisher, err := bus.NewPublisher(conn)
	if err != nil {
		return nil, err
	}
	relay := outbox.NewRelay(db, schema, publisher, log, r.Metrics())
	r.Go("outbox", relay.Run)
	return &Service{Runner: r, Log: log, DB: db, Broker: conn, Outbox: relay}, nil
}
