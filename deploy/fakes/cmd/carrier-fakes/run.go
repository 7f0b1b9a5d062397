package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/carriers"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// settings are read from the environment.
type settings struct {
	Addr       string        `env:"CARRIER_FAKES_ADDR,required,notEmpty"`
	Webhook    string        `env:"TELNYX_WEBHOOK_URL"` // no notifications when empty
	Seed       config.Key    `env:"TELNYX_SEED,required,notEmpty"`
	APIKey     config.Secret `env:"TELNYX_API_KEY,required,notEmpty"`
	Connection string        `env:"TELNYX_CONNECTION_ID,required,notEmpty"`
	Project    string        `env:"SINCH_PROJECT_ID,required,notEmpty"`
	KeyID      string        `env:"SINCH_KEY_ID,required,notEmpty"`
	KeySecret  config.Secret `env:"SINCH_KEY_SECRET,required,notEmpty"`
	CallTime   time.Duration `env:"CALL_TIME" envDefault:"300ms"`
	LogLevel   string        `env:"LOG_LEVEL" envDefault:"info"`
}

// Validate refuses a seed of another length.
func (s *settings) Validate() error {
	if len(s.Seed) != 0 && len(s.Seed) != ed25519.SeedSize {
		return fmt.Errorf("TELNYX_SEED has %d bytes, not %d", len(s.Seed), ed25519.SeedSize)
	}
	return nil
}

func run(ctx context.Context) error {
	s, err := config.Load[settings]()
	if err != nil {
		return err
	}
	log := telemetry.NewLogger(os.Stdout, "carrier-fakes", s.LogLevel)
	exchange := carriers.New(carriers.Config{
		Telnyx:        carriers.TelnyxAccount{APIKey: s.APIKey.Reveal(), ConnectionID: s.Connection},
		Sinch:         carriers.SinchAccount{ProjectID: s.Project, KeyID: s.KeyID, KeySecret: s.KeySecret.Reveal()},
		TelnyxWebhook: s.Webhook, TelnyxKey: ed25519.NewKeyFromSeed(s.Seed), CallTime: s.CallTime, Log: log,
	})
	server := &http.Server{
		Addr: s.Addr, Handler: exchange.Handler(), ReadHeaderTimeout: 5 * time.Second,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	log.InfoContext(ctx, "listening", "addr", s.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// healthcheck asks the fakes that run.
func healthcheck(ctx context.Context) error {
	s, err := config.Load[struct {
		Addr string `env:"CARRIER_FAKES_ADDR,required"`
	}]()
	if err != nil {
		return err
	}
	return runner.AskReady(ctx, s.Addr, "/healthz")
}
