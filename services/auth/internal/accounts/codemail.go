package accounts

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/mail"
	"github.com/mintfax/mintfax/shared/contract"
)

// Mailer mails the codes that Register and StartSignIn queued.
type Mailer struct {
	service *Service
	sender  mail.Sender
	log     *slog.Logger
}

// NewMailer returns a mailer of the service's codes.
func NewMailer(s *Service, sender mail.Sender, log *slog.Logger) *Mailer {
	return &Mailer{service: s, sender: sender, log: log}
}

// MailCode mails a code, or a notice that the e-mail is registered already. While the mail server fails, so does
// MailCode, and it is retried until the code has expired. A message that is redelivered after its mail was sent has
// no effect; a crash between the two sends the mail twice.
func (m *Mailer) MailCode(ctx context.Context, _ string, w contract.MailCodeWork) error {
	issuer, db := m.service.codes, m.service.db
	delivery, found, err := issuer.Delivery(ctx, db, w.CodeID)
	if err != nil {
		return err
	}
	if !found {
		m.log.InfoContext(ctx, "code not mailed: it was mailed before or has expired", "code_id", w.CodeID)
		return nil
	}
	message, wanted, err := m.compose(ctx, delivery)
	if err != nil || !wanted {
		return err
	}
	if err := m.sender.Send(ctx, message); err != nil {
		return err
	}
	return issuer.MarkDelivered(ctx, db, w.CodeID)
}

// compose addresses the owner of an account as registered, not as typed now. A sign-in code for an e-mail without an
// account is not mailed.
func (m *Mailer) compose(ctx context.Context, d codes.Delivery) (message mail.Message, wanted bool, err error) {
	account, registered, err := store{m.service.db.WithContext(ctx)}.accountByEmail(d.Address)
	if err != nil {
		return mail.Message{}, false, fmt.Errorf("look the account up: %w", err)
	}
	switch {
	case d.Purpose == codes.Register && registered:
		return mail.AlreadyRegistered(account.Email, m.service.activationURL()), true, nil
	case d.Purpose == codes.Register:
		return mail.RegistrationCode(d.Address, d.Code, d.Reference), true, nil
	default:
		return mail.SignInCode(account.Email, d.Code, d.Reference), registered, nil
	}
}
