package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// stopLimit bounds the wait for requests that are under way when the program ends.
const stopLimit = 5 * time.Second

func run(ctx context.Context) error {
	s, err := config.Load[settings]()
	if err != nil {
		return err
	}
	log := telemetry.NewLogger(os.Stdout, "stripe-emulator", s.LogLevel)
	cfg := stripe.Config{
		PublicURL: s.PublicURL, SecretKey: s.SecretKey.Reveal(),
		WebhookURL: s.WebhookURL, WebhookSecret: s.WebhookSecret.Reveal(), Log: log,
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return err
	}
	if s.StateFile == "" {
		emulator := stripe.New(cfg)
		defer emulator.Close()
		return serve(ctx, listener, withHealth(emulator.Handler()), log)
	}
	emulator, err := stripe.Open(cfg, s.StateFile)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return errors.Join(serve(ctx, listener, withHealth(emulator.Handler()), log), emulator.Close())
}

func serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
		defer cancel()
		stopped <- errors.Join(server.Shutdown(limited), server.Close())
	}()
	log.InfoContext(ctx, "listening", "addr", listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
