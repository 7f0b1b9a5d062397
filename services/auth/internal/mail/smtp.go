package mail

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// sendTimeout bounds the sending of one mail as a whole; other mails wait for its slot.
const sendTimeout = 4 * time.Second

// NewSMTP returns a sender for a URL like smtp://user:password@host:587 (STARTTLS required),
// smtps://host:465 (TLS from the start), or smtp://host:25?tls=none for a relay on a private network.
// Sending a mail takes at most 4 s.
func NewSMTP(at, from string) (Sender, error) {
	parsed, err := url.Parse(at)
	if err != nil || parsed.Hostname() == "" { // the error of Parse shows the URL, password and all
		return nil, errors.New("SMTP_URL: expected smtp://[user:password@]host[:port] or smtps://…")
	}
	options, err := encryption(parsed)
	if err != nil {
		return nil, err
	}
	options = append(options, gomail.WithTimeout(sendTimeout))
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

// encryption also sets the default port of the scheme.
func encryption(at *url.URL) ([]gomail.Option, error) {
	tls := at.Query().Get("tls")
	switch {
	case at.Scheme == "smtps" && tls == "":
		return []gomail.Option{gomail.WithSSLPort(false)}, nil
	case at.Scheme == "smtp" && tls == "":
		return []gomail.Option{gomail.WithTLSPortPolicy(gomail.TLSMandatory)}, nil
	case at.Scheme == "smtp" && tls == "none":
		return []gomail.Option{gomail.WithTLSPolicy(gomail.NoTLS)}, nil
	}
	return nil, errors.New("SMTP_URL: expected smtp://, smtps://, or smtp:// with ?tls=none")
}

type smtpSender struct {
	client *gomail.Client
	from   string
}

// Send returns after sendTimeout even if the library is still waiting: its own timeout starts anew with each step of
// the SMTP session.
func (s *smtpSender) Send(ctx context.Context, m Message) error {
	built, err := compose(s.from, m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	sent := make(chan error, 1)
	go func() { sent <- s.deliver(ctx, built) }()
	select {
	case err := <-sent:
		return err
	case <-ctx.Done():
		return fmt.Errorf("send a mail: %w", ctx.Err())
	}
}

func (s *smtpSender) deliver(ctx context.Context, built *gomail.Msg) error {
	session, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("reach the mail server: %w", err)
	}
	defer s.quit(session)
	if err := s.client.SendWithSMTPClient(session, built); err != nil {
		return withoutAddress(err)
	}
	return nil
}

// quit ends the session. The mail has been accepted or rejected by then, so an error does not matter.
func (s *smtpSender) quit(session *smtp.Client) {
	if err := s.client.CloseWithSMTPClient(session); err != nil {
		_ = session.Close()
	}
}

// withoutAddress keeps the failed step and the SMTP code. It drops the server's text, which often repeats the
// recipient.
func withoutAddress(err error) error {
	var refused *gomail.SendError
	if !errors.As(err, &refused) {
		return errors.New("send a mail: the mail server did not accept it")
	}
	return fmt.Errorf("send a mail: %s failed, SMTP code %d", refused.Reason, refused.ErrorCode())
}
