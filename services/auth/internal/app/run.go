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
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/runner"
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
	r := runner.New(log, cfg.InternalAddr)
	sender, err := newSender(cfg)
	if err != nil {
		return err
	}

	db, err := postgres.Open(ctx, cfg.DatabaseURL.Reveal(), log)
	if err != nil {
		return err
	}
	r.Close("database", func() error { return postgres.Close(db) })
	r.Ready("database", postgres.Ready(db))
	pool, err := db.DB()
	if err != nil {
		return err
	}

	conn, err := bus.Dial(ctx, bus.Config{URL: cfg.AMQPURL.Reveal(), Service: "auth", Log: log, Metrics: r.Metrics()})
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
	relay := outbox.NewRelay(db, "auth", publisher, log, r.Metrics())
	r.Go("outbox", relay.Run)

	pepper := keys.Pepper(cfg.KeyPepper)
	used := check.NewLastUsed(pool, log)
	r.Go("last used", used.Run)
	r.Close("last used", func() error { used.Flush(context.WithoutCancel(ctx)); return nil })
	checker, err := check.New(ctx, pool, pepper, used, r.Metrics())
	if err != nil {
		return err
	}
	checks := bus.NewServer(conn, bus.RPCAuthCheck, checkConcurrency)
	bus.Handle(checks, contract.CheckKeys, checker.CheckKeys)
	bus.Handle(checks, contract.EnterEnvironment, checker.EnterEnvironment)
	r.Go("key checks", checks.Run)

	issuer := codes.NewIssuer(pepper)
	r.Go("expired codes", runner.Every(time.Hour, "expired codes", log, func(ctx context.Context) error { return issuer.DeleteExpired(ctx, db) }))
	service := accounts.New(accounts.Config{PublicURL: cfg.PublicURL, SandboxSeed: cfg.SandboxSeed, Pepper: pepper}, db, issuer, relay.Wake)
	r.Go("rpc", newServer(conn, service, keys.New(db, pepper)).Run)
	mails := bus.NewConsumer(conn, bus.WorkAuthMail, mailConcurrency)
	bus.OnWork(mails, contract.MailCode, accounts.NewMailer(service, sender, log).MailCode)
	r.Go("mails", mails.Run)
	events := bus.NewConsumer(conn, bus.EventsAuth, eventConcurrency)
	bus.OnEvent(events, contract.AutoTopUpPaused, mail.NewNotifier(db, sender, cfg.PublicURL).AutoTopUpPaused)
	r.Go("events", events.Run)
	return r.Run(ctx)
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
