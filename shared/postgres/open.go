package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/schema"
)

// settings of every service that has a database. The default has few connections on purpose: more slow down a contended
// Postgres, and a service scales by adding instances.
type settings struct {
	MaxConnections int `env:"DATABASE_MAX_CONNECTIONS" envDefault:"10"`
}

// Open connects as the role in url. It retries until ctx is done, for a server that is still starting, and
// returns an error if the database lacks a migration.
func Open(ctx context.Context, url string, log *slog.Logger) (*gorm.DB, error) {
	with, err := config.Load[settings]()
	if err != nil {
		return nil, err
	}
	if with.MaxConnections < 1 {
		return nil, errors.New("DATABASE_MAX_CONNECTIONS must be positive")
	}
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 3 * time.Second
	}
	pool := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(readTimesInUTC))
	pool.SetMaxOpenConns(with.MaxConnections)
	pool.SetMaxIdleConns(with.MaxConnections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	for pingErr := pool.PingContext(ctx); pingErr != nil; pingErr = pool.PingContext(ctx) {
		log.WarnContext(ctx, "the database does not answer yet", "error", pingErr)
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("connect to the database: %w", pingErr)
		case <-time.After(time.Second):
		}
	}
	if err := schema.Check(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	return gorm.Open(gormpostgres.New(gormpostgres.Config{Conn: pool}), &gorm.Config{
		SkipDefaultTransaction: true,
		Logger:                 logger.Discard, // statements carry personal data; errors are returned and logged once
		NowFunc:                func() time.Time { return time.Now().UTC() },
	})
}

// readTimesInUTC makes results independent of the machine's time zone.
func readTimesInUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

// Ready returns a readiness check that pings the server.
func Ready(db *gorm.DB) func(context.Context) error {
	return func(ctx context.Context) error {
		pool, err := db.DB()
		if err != nil {
			return err
		}
		return pool.PingContext(ctx)
	}
}

// Close closes the connections of db.
func Close(db *gorm.DB) error {
	pool, err := db.DB()
	if err != nil {
		return err
	}
	return pool.Close()
}
