package accounts_test

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/mintfax/mintfax/services/auth/internal/accounts"
	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestWhileTheMailServerIsDownAnswersStayTheSameAndMailsAreRetried(t *testing.T) {
	s, box, _, _ := setup(t)
	createAccount(t, s, box)
	before := len(box.all())
	box.broken = true
	for _, address := range []string{email, "nobody@example.com"} {
		register(t, s, address)
		sent, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: address, Requester: home})
		require.NoError(t, err)
		require.Len(t, sent.Reference, 4)
	}
	err := box.relay()
	require.ErrorContains(t, err, "no route", "so that the message is redelivered")
	require.NotContains(t, err.Error(), "@")
	box.broken = false
	var subjects []string
	for _, m := range box.all()[before:] {
		subject, _, _ := strings.Cut(m.Subject, " (")
		subjects = append(subjects, m.To+" "+subject)
	}
	require.Equal(t, []string{
		email + " You already have a mintfax account", email + " Your mintfax sign-in code", "nobody@example.com Your mintfax code",
	}, subjects)
}

func TestARedeliveredCodeIsMailedOnceAndAnExpiredOneNever(t *testing.T) {
	s, box, _, admin := setup(t)
	register(t, s, email)
	require.Len(t, box.all(), 1)
	var id int64
	require.NoError(t, admin.Raw(`SELECT id FROM auth.email_codes`).Scan(&id).Error)
	require.NoError(t, box.mailer.MailCode(t.Context(), "evt_1", contract.MailCodeWork{CodeID: id}))
	require.Len(t, box.all(), 1)
	register(t, s, email)
	require.NoError(t, admin.Exec(`UPDATE auth.email_codes SET expires_at = now()`).Error)
	require.Len(t, box.all(), 1)
	require.NoError(t, box.mailer.MailCode(t.Context(), "evt_2", contract.MailCodeWork{CodeID: id + 1000}), "deleted meanwhile")
}

func TestACodeIsReadableNeitherInTheDatabaseNorInTheOutbox(t *testing.T) {
	s, box, _, admin := setup(t)
	register(t, s, email)
	var rows string
	require.NoError(t, admin.Raw(`SELECT (SELECT string_agg(o::text, '') FROM auth.outbox o)
		|| (SELECT string_agg(to_jsonb(c)::text, '') FROM auth.email_codes c)`).Scan(&rows).Error)
	require.Contains(t, rows, "code_id")
	right := box.lastCode()
	require.NotContains(t, rows, right)
	var message string
	require.NoError(t, admin.Raw(`SELECT coalesce(string_agg(body::text, ''), '') FROM auth.outbox`).Scan(&message).Error)
	require.NotContains(t, strings.ToLower(message), "@")
}

// statements records the SQL that is executed, without its values.
type statements struct {
	logger.Interface
	mu  sync.Mutex
	all []string
}

func (r *statements) Trace(_ context.Context, _ time.Time, fc func() (string, int64), _ error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sql, rows := fc()
	r.all = append(r.all, quoted.ReplaceAllString(sql, "?"), strconv.FormatInt(rows, 10))
}

// quoted matches an SQL string. A quote within it is doubled; random seeds do hold quotes.
var quoted = regexp.MustCompile(`'(?:[^']|'')*'`)

func TestARegisteredAndAnUnknownEmailRunTheSameStatements(t *testing.T) {
	s, box, db, _ := setup(t)
	createAccount(t, s, box)
	recorder := &statements{Interface: logger.Discard}
	s = accounts.New(accounts.Config{}, db.Session(&gorm.Session{Logger: recorder}), codes.NewIssuer([]byte("p")), func() {})
	did := func(address string) []string {
		recorder.all = nil
		register(t, s, address)
		_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: address, Requester: contract.Requester{Browser: strings.Repeat("0", 64), Network: home.Network}})
		require.NoError(t, err)
		return recorder.all
	}
	known := did(email)
	require.NotEmpty(t, known)
	require.Equal(t, known, did("nobody@example.com"))
	require.NotContains(t, strings.Join(known, "\n"), "auth.accounts")
}
