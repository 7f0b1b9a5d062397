package mail

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// sendLimit bounds one sending: the person who asked is waiting.
const sendLimit = 4 * time.Second

// Message is a plain text mail to one person.
type Message struct {
	To      string
	Subject string
	Text    string
}

// Sender sends mails.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// NewSMTP returns a sender for a URL like smtp://user:password@host:587 (STARTTLS required),
// smtps://host:465 (TLS from the start), or smtp://host:25?tls=none for a relay on a private network.
func NewSMTP(at, from string) (Sender, error) {
	parsed, err := url.Parse(at)
	if err != nil || parsed.Hostname() == "" || (parsed.Scheme != "smtp" && parsed.Scheme != "smtps") {
		return nil, errors.New("SMTP_URL: expected smtp://[user:password@]host[:port] or smtps://…")
	}
	options := []gomail.Option{gomail.WithTimeout(sendLimit)}
	switch {
	case parsed.Scheme == "smtps":
		options = append(options, gomail.WithSSLPort(false))
	case parsed.Query().Get("tls") == "none":
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
	}
	if parsed.Port() != "" {
		port, err := strconv.Atoi(parsed.Port())
		if err != nil {
			return nil, errors.New("SMTP_URL: the port is not a number")
		}
		options = append(options, gomail.WithPort(port))
	}
	if password, has := parsed.User.Password(); has {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(parsed.User.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(parsed.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("SMTP_URL: %w", err)
	}
	return &smtpSender{client: client, from: from}, nil
}

type smtpSender struct {
	client *gomail.Client
	from   string
}

func (s *smtpSender) Send(ctx context.Context, m Message) error {
	built, err := compose(s.from, m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	if err := s.client.DialAndSendWithContext(ctx, built); err != nil {
		return fmt.Errorf("send a mail: %w", err)
	}
	return nil
}

func compose(from string, m Message) (*gomail.Msg, error) {
	built := gomail.NewMsg()
	if err := built.From(from); err != nil {
		return nil, fmt.Errorf("MAIL_FROM: %w", err)
	}
	if err := built.To(m.To); err != nil {
		return nil, errors.New("the recipient's address cannot be written to") // the address is not for the log
	}
	built.Subject(m.Subject)
	built.SetDate()
	built.SetMessageID()
	built.SetBodyString(gomail.TypeTextPlain, m.Text)
	return built, nil
}
