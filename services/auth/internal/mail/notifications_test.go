package mail_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/mail"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

type box struct {
	sent []mail.Message
	err  error
}

func (b *box) Send(_ context.Context, m mail.Message) error {
	if b.err == nil {
		b.sent = append(b.sent, m)
	}
	return b.err
}

func TestAPauseOfAutoTopUpIsMailedOnceWithItsReason(t *testing.T) {
	d := pgtest.New(t)
	require.NoError(t, d.Admin(t).Exec(`INSERT INTO auth.accounts (id, name, email) VALUES ('acct_1', 'A', 'a@example.com')`).Error)
	sent := &box{err: errors.New("the mail server is down")}
	n := mail.NewNotifier(d.Open(t, "auth"), sent, "https://fax.example")
	declined := contract.AutoTopUpPausedEvent{AccountID: "acct_1", Reason: contract.PausedDeclined}
	require.Error(t, n.AutoTopUpPaused(t.Context(), "evt_1", declined), "so that the message is redelivered")
	sent.err = nil
	for range 3 {
		require.NoError(t, n.AutoTopUpPaused(t.Context(), "evt_1", declined))
	}
	require.Len(t, sent.sent, 1)
	require.Equal(t, "a@example.com", sent.sent[0].To)
	require.Contains(t, sent.sent[0].Text, "your card was declined")
	require.Contains(t, sent.sent[0].Text, "https://fax.example/dashboard")

	texts := map[string]bool{}
	for _, reason := range []contract.PauseReason{
		contract.PausedNoCard, contract.PausedDeclined, contract.PausedAuthentication, contract.PausedFailing, contract.PausedPackageGone,
	} {
		require.NoError(t, n.AutoTopUpPaused(t.Context(), "evt_"+string(reason), contract.AutoTopUpPausedEvent{AccountID: "acct_1", Reason: reason}))
		texts[sent.sent[len(sent.sent)-1].Text] = true
	}
	require.Len(t, texts, 5, "each reason has a text of its own")
}

func TestAnEventOfADeletedAccountIsAnError(t *testing.T) {
	sent := &box{}
	n := mail.NewNotifier(pgtest.New(t).Open(t, "auth"), sent, "https://fax.example")
	require.Error(t, n.AutoTopUpPaused(t.Context(), "evt_1", contract.AutoTopUpPausedEvent{AccountID: "acct_none", Reason: contract.PausedNoCard}))
	require.Empty(t, sent.sent)
}
