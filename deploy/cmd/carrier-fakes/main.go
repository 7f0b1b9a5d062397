// Command carrier-fakes imitates Telnyx (below /v2) and Sinch (below /v3). It is configured by the environment:
// CARRIER_FAKES_ADDR, TELNYX_WEBHOOK_URL, TELNYX_SEED (32 bytes in base64, of the key that signs) and CALL_TIME.
package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/deploy/carrierfakes"
	"github.com/mintfax/mintfax/shared/config"
)

type settings struct {
	Addr     string        `env:"CARRIER_FAKES_ADDR" envDefault:"127.0.0.1:12112"`
	Webhook  string        `env:"TELNYX_WEBHOOK_URL"`
	Seed     config.Key    `env:"TELNYX_SEED,required,notEmpty"`
	CallTime time.Duration `env:"CALL_TIME" envDefault:"300ms"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "carrier-fakes:", err)
		os.Exit(1)
	}
}

func run() error {
	cfg, err := config.Load[settings]()
	if err != nil {
		return err
	}
	if len(cfg.Seed) != ed25519.SeedSize {
		return fmt.Errorf("TELNYX_SEED has %d bytes, not %d", len(cfg.Seed), ed25519.SeedSize)
	}
	exchange := carrierfakes.New(carrierfakes.Config{
		TelnyxWebhook: cfg.Webhook, TelnyxKey: ed25519.NewKeyFromSeed(cfg.Seed), CallTime: cfg.CallTime,
		Log: slog.New(slog.NewTextHandler(os.Stdout, nil)),
	})
	server := &http.Server{Addr: cfg.Addr, Handler: exchange.Handler(), ReadHeaderTimeout: 5 * time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
