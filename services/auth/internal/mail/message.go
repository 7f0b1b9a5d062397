package mail

import (
	"context"
	"errors"
	"fmt"

	gomail "github.com/wneessen/go-mail"
)

// Message is a plain text mail to one person.
type Message struct {
	To      string
	Subject string
	Text    string
}

// Sender sends mails. Its errors never tell an address or a text: they end up in the log.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// CheckFrom refuses an address that no mail could be sent from.
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
