// Package app reads the settings of the auth service and wires it together.
package app

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/mintfax/mintfax/services/auth/internal/accounts"
	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/keys"
	"github.com/mintfax/mintfax/services/auth/internal/mail"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/service"
	"github.com/mintfax/mintfax/shared/telemetry"
)

const (
	checkConcurrency = 8 // batches; the database answers one in about a millisecond
	rpcConcurrency   = 16
	mailConcurrency  = 8 // each waits for the mail server, holding no database connection
	eventConcurrency = 4 // likewise
)

// Run runs the auth service until ctx is done.
func Run(ctx context.Context) error {
	cfg, err := config.Load[Config]()
	if err != nil {
		return err
	}
	return serve(ctx, cfg, telemetry.NewLogger(os.Stdout, "auth", cfg.LogLevel))
}

func serve(ctx context.Context, cfg Config, log *slog.Logger) error {
	sender, err := newSender(cfg)
	if err != nil {
		return err
	}
	s, err := service.Start(ctx, "auth", "auth", cfg.Settings, log)
	if err != nil {
		return err
	}
	pool, err := s.DB.DB()
	if err != nil {
		return err
	}

	pepper := keys.Pepper(cfg.KeyPepper)
	used := check.NewLastUsed(pool, log)
	s.Go("last used", used.Run)
	s.Close("last used", func() error { used.Flush(context.WithoutCancel(ctx)); return nil })
	checker, err := check.New(ctx, pool, pepper, used, s.Metrics())
	if err != nil {
		return err
	}
	checks := bus.NewServer(s.Broker, bus.RPCAuthCheck, checkConcurrency)
	bus.Handle(checks, contract.CheckKeys, checker.CheckKeys)
	bus.Handle(checks, contract.EnterEnvironment, checker.EnterEnvironment)
	s.Go("key checks", checks.Run)

	issuer := codes.NewIssuer(pepper)
	s.Go("expired codes", runner.Every(time.Hour, "expired codes", log, func(ctx context.Context) error {
		return issuer.DeleteExpired(ctx, s.DB)
	}))
	account := accounts.New(accounts.Config{PublicURL: cfg.PublicURL, SandboxSeed: cfg.SandboxSeed, Pepper: pepper}, s.DB, issuer, s.Outbox.Wake)
	s.Go("rpc", newServer(s.Broker, account, keys.New(s.DB, pepper)).Run)
	mails := bus.NewConsumer(s.Broker, bus.WorkAuthMail, mailConcurrency)
	bus.OnWork(mails, contract.MailCode, accounts.NewMailer(account, sender, log).MailCode)
	s.Go("mails", mails.Run)
	events := bus.NewConsumer(s.Broker, bus.EventsAuth, eventConcurrency)
	bus.OnEvent(events, contract.AutoTopUpPaused, mail.NewNotifier(s.DB, sender, cfg.PublicURL).AutoTopUpPaused)
	s.Go("events", events.Run)
	return s.Run(ctx)
}

func newServer(conn *bus.Conn, account *accounts.Service, key *keys.Service) *bus.Server {
	server := bus.NewServer(conn, bus.RPCAuth, rpcConcurrency)
	bus.Handle(server, contract.Register, account.Register)
	bus.Handle(server, contract.VerifyRegistration, account.VerifyRegistration)
	bus.Handle(server, contract.StartSignIn, account.StartSignIn)
	bus.Handle(server, contract.VerifySignIn, account.VerifySignIn)
	bus.Handle(server, contract.GetAccount, account.GetAccount)
	bus.Handle(server, contract.RenameAccount, account.RenameAccount)
	bus.Handle(server, contract.ListEnvironments, account.ListEnvironments)
	bus.Handle(server, contract.CreateEnvironment, account.CreateEnvironment)
	bus.Handle(server, contract.GetEnvironment, account.GetEnvironment)
	bus.Handle(server, contract.RenameEnvironment, account.RenameEnvironment)
	bus.Handle(server, contract.ListKeys, key.List)
	bus.Handle(server, contract.CreateKey, key.Create)
	bus.Handle(server, contract.RevokeKey, key.Revoke)
	bus.Handle(server, contract.RotateKey, key.Rotate)
	return server
}

func newSender(cfg Config) (mail.Sender, error) {
	if cfg.MailDir != "" {
		return mail.NewDirectory(cfg.MailDir, cfg.MailFrom)
	}
	return mail.NewSMTP(cfg.SMTPURL.Reveal(), cfg.MailFrom)
}
