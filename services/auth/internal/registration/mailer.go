package registration

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/mail"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Mailer mails the codes that were asked for.
type Mailer struct {
	service *Service
	sender  mail.Sender
	log     *slog.Logger
}

// NewMailer returns a mailer of the service's codes.
func NewMailer(s *Service, sender mail.Sender, log *slog.Logger) *Mailer {
	return &Mailer{service: s, sender: sender, log: log}
}

// MailCode mails a code to whom it is for, or tells them instead that they have an account. It fails while the mail
// server does, and is tried again until the code has run out. Work that comes again after its mail was sent does
// nothing; a crash between the two sends it twice.
func (m *Mailer) MailCode(ctx context.Context, _ string, w contract.MailCodeWork) error {
	issuer, db := m.service.codes, m.service.db
	letter, found, err := issuer.Letter(ctx, db, w.CodeID)
	if err != nil {
		return err
	}
	if !found {
		m.log.InfoContext(ctx, "a code is not mailed: it was mailed or has run out", "code_id", w.CodeID)
		return nil
	}
	message, wanted, err := m.compose(ctx, db, letter)
	if err != nil || !wanted {
		return err
	}
	if err := m.sender.Send(ctx, message); err != nil {
		return err
	}
	return issuer.Mailed(ctx, db, w.CodeID)
}

// compose addresses people as they registered. Nobody is written to about signing in to an account that is not there.
func (m *Mailer) compose(ctx context.Context, db *postgres.DB, letter codes.Letter) (message mail.Message, wanted bool, err error) {
	account, known, err := store{db.WithContext(ctx)}.findAccount(letter.Address)
	if err != nil {
		return mail.Message{}, false, fmt.Errorf("look the account up: %w", err)
	}
	switch {
	case letter.Purpose == codes.Register && known:
		return alreadyRegistered(account.Email, m.service.dashboardURL()), true, nil
	case letter.Purpose == codes.Register:
		return registrationCode(letter), true, nil
	default:
		return signInCode(account.Email, letter), known, nil
	}
}
