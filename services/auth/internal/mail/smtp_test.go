package mail_test

import (
	"bufio"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/mail"
)

// mailServer speaks SMTP as far as one mail needs it. Answers overrides the answer to a command; an
// empty one is silence.
type mailServer struct {
	url      string
	received chan string
}

func newMailServer(t *testing.T, answers map[string]string) *mailServer {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	s := &mailServer{url: "smtp://" + listener.Addr().String() + "?tls=none", received: make(chan string, 10)}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			go s.converse(conn, answers)
		}
	}()
	return s
}

func (s *mailServer) converse(conn net.Conn, answers map[string]string) {
	lines := bufio.NewScanner(conn)
	say := func(command, answer string) {
		if other, overridden := answers[command]; overridden {
			answer = other
		}
		if answer != "" {
			_, _ = conn.Write([]byte(answer + "\r\n"))
		}
	}
	say("CONNECT", "220 mail.example ESMTP")
	for lines.Scan() {
		command := strings.ToUpper(strings.SplitN(lines.Text(), " ", 2)[0])
		if command != "DATA" {
			say(command, "250 ok")
			continue
		}
		say("DATA", "354 go on")
		var text strings.Builder
		for lines.Scan() && lines.Text() != "." {
			text.WriteString(lines.Text() + "\n")
		}
		s.received <- text.String()
		say("END", "250 taken")
	}
}

func message() mail.Message {
	return mail.Message{To: "victim@example.com", Subject: "Your code", Text: "Your code: 482901\n"}
}

func TestAMailIsSentBySMTP(t *testing.T) {
	server := newMailServer(t, nil)
	sender, err := mail.NewSMTP(server.url, from)
	require.NoError(t, err)
	require.NoError(t, sender.Send(t.Context(), message()))
	text := <-server.received
	require.Contains(t, text, "\nYour code: 482901\n")
	require.Contains(t, text, "To: <victim@example.com>")
}

func TestAnAcceptedMailIsSentHoweverTheSessionEnds(t *testing.T) {
	server := newMailServer(t, map[string]string{"QUIT": "421 busy"})
	sender, err := mail.NewSMTP(server.url, from)
	require.NoError(t, err)
	require.NoError(t, sender.Send(t.Context(), message()))
}

func TestARejectionReportsTheSMTPCodeWithoutAddressOrText(t *testing.T) {
	for command, answer := range map[string]string{
		"RCPT": "550 5.1.1 <victim@example.com>: no such user", "MAIL": "451 later, victim@example.com", "END": "554 5.7.1 Your code: 482901 is spam",
	} {
		server := newMailServer(t, map[string]string{command: answer})
		sender, err := mail.NewSMTP(server.url, from)
		require.NoError(t, err)
		err = sender.Send(t.Context(), message())
		require.ErrorContains(t, err, answer[:3], command)
		require.NotContains(t, err.Error(), "victim")
		require.NotContains(t, err.Error(), "482901")
	}
}

func TestASilentServerTimesOut(t *testing.T) {
	for _, command := range []string{"CONNECT", "EHLO", "END"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			server := newMailServer(t, map[string]string{command: ""})
			sender, err := mail.NewSMTP(server.url, from)
			require.NoError(t, err)
			done := make(chan error, 1)
			go func() { done <- sender.Send(t.Context(), message()) }()
			select {
			case err := <-done:
				require.Error(t, err)
				require.NotContains(t, err.Error(), "victim")
			case <-time.After(time.Minute):
				t.Fatal("it still waits")
			}
		})
	}
}

func TestSTARTTLSIsRequired(t *testing.T) {
	server := newMailServer(t, nil) // without STARTTLS
	sender, err := mail.NewSMTP(strings.TrimSuffix(server.url, "?tls=none"), from)
	require.NoError(t, err)
	require.Error(t, sender.Send(t.Context(), message()))
	require.Empty(t, server.received)
}

func TestInvalidURLsAreRejectedWithoutTheirPassword(t *testing.T) {
	for _, at := range []string{
		"", "mail.example.com", "http://u:hunter2@mail.example.com", "smtp://", "smtp://u:hunter2@h:0x1", "smtp://u:hunter2@h?tls=maybe",
		"smtps://u:hunter2@h?tls=none", "smtp://u:hunter2@h:99999", "smtp://u:hunter2%zz@h",
	} {
		_, err := mail.NewSMTP(at, from)
		require.ErrorContains(t, err, "SMTP_URL", "%q", at)
		require.NotContains(t, err.Error(), "hunter2")
	}
	for _, at := range []string{"smtp://h", "smtp://u:p@h:2525", "smtps://u:p%40@h", "smtp://h?tls=none"} {
		_, err := mail.NewSMTP(at, from)
		require.NoError(t, err, at)
	}
}
