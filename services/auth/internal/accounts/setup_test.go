package accounts_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/auth/internal/accounts"
	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/keys"
	"github.com/mintfax/mintfax/services/auth/internal/mail"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

const email = "Dev@Example.com"

var (
	code = regexp.MustCompile(`\b\d{6}\b`)
	home = contract.Requester{Network: "198.51.100.1"}
)

// postbox is a mail.Sender that keeps the mails, and relays the outbox to the Mailer.
type postbox struct {
	t      *testing.T
	admin  *gorm.DB
	mailer *accounts.Mailer

	mu     sync.Mutex
	mails  []mail.Message
	broken bool
}

func (p *postbox) Send(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken {
		return errors.New("no route")
	}
	p.mails = append(p.mails, m)
	return nil
}

// all relays the outbox and returns all mails.
func (p *postbox) all() []mail.Message {
	p.t.Helper()
	require.NoError(p.t, p.relay())
	return p.mails
}

// relay handles the messages in the outbox, and keeps those that fail.
func (p *postbox) relay() error {
	p.t.Helper()
	var rows []struct {
		ID   int64
		Body string
	}
	require.NoError(p.t, p.admin.Raw(`SELECT id, body FROM auth.outbox WHERE name = 'auth.mail' ORDER BY id`).Scan(&rows).Error)
	var problems []error
	for _, row := range rows {
		var work contract.MailCodeWork
		require.NoError(p.t, json.Unmarshal([]byte(row.Body), &work))
		if err := p.mailer.MailCode(p.t.Context(), "evt_1", work); err != nil {
			problems = append(problems, err)
			continue
		}
		require.NoError(p.t, p.admin.Exec(`DELETE FROM auth.outbox WHERE id = ?`, row.ID).Error)
	}
	return errors.Join(problems...)
}

func (p *postbox) lastCode() string {
	p.t.Helper()
	mails := p.all()
	require.NotEmpty(p.t, mails)
	return code.FindString(mails[len(mails)-1].Text)
}

func setup(t *testing.T) (*accounts.Service, *postbox, *gorm.DB, *gorm.DB) {
	d := pgtest.New(t)
	db := d.Open(t, "auth")
	box := &postbox{t: t, admin: d.Admin(t)}
	cfg := accounts.Config{PublicURL: "https://fax.example.com", SandboxSeed: 10_000, Pepper: keys.Pepper(strings.Repeat("p", 32))}
	s := accounts.New(cfg, db, codes.NewIssuer(cfg.Pepper), func() {})
	box.mailer = accounts.NewMailer(s, box, slog.New(slog.DiscardHandler))
	return s, box, db, box.admin
}
