// Package mail has the texts of all mails that mintfax sends, sends them by SMTP (in development, writes them to a
// directory), and notifies account owners about events of other services.
package mail

import (
	"context"
	"errors"
	"fmt"

	gomail "github.com/wneessen/go-mail"
)

// Message is a plain text mail to one recipient.
type Message struct {
	To      string
	Subject string
	Text    string
}

// Sender sends mails. Its errors are logged, so they contain neither addresses nor texts.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// CheckFrom validates a sender address.
func CheckFrom(from string) error {
	if err := gomail.NewMsg().From(from); err != nil {
		return fmt.Errorf("MAIL_FROM: %w", err)
	}
	return nil
}

func compose(from string, m Message) (*gomail.Msg, error) {
	built := gomail.NewMsg()
	if err := built.From(from); err != nil {
		return nil, fmt.Errorf("MAIL_FROM: %w", err)
	}
	if err := built.To(m.To); err != nil {
		return nil, errors.New("the recipient's address cannot be written to")
	}
	built.Subject(m.Subject)
	built.SetDate()
	built.SetMessageID()
	built.SetBodyString(gomail.TypeTextPlain, m.Text)
	return built, nil
}
