package registration_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/mail"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// brokenPost is a mail.Sender that reaches nobody.
type brokenPost struct{}

func (brokenPost) Send(context.Context, mail.Message) error { return errors.New("no route") }

// While the mail server is away an address with an account and one without get the same answer for the same work, and
// the mail goes out when it is back.
func TestWhoAsksLearnsNothingFromTheMailServer(t *testing.T) {
	s, box, db, admin := setup(t)
	register(t, s, email)
	_, err := s.Verify(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode()})
	require.NoError(t, err)
	for _, address := range []string{email, "nobody@example.com"} {
		_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: address})
		require.NoError(t, err)
		require.Equal(t, 1, count(t, admin, `auth.mails`), address)
		ids := queued(t, db)
		require.Len(t, ids, 1, address)
		away, err := mail.NewQueue(db, []byte(strings.Repeat("p", 32)), brokenPost{})
		require.NoError(t, err)
		err = away.Send(t.Context(), "", contract.SendMailWork{ID: ids[0]})
		require.Equal(t, address == email, err != nil, "a mail to nobody is dropped")
		back, err := mail.NewQueue(db, []byte(strings.Repeat("p", 32)), box)
		require.NoError(t, err)
		sent := len(box.mails())
		require.NoError(t, back.Send(t.Context(), "", contract.SendMailWork{ID: ids[0]}))
		require.NoError(t, back.Send(t.Context(), "", contract.SendMailWork{ID: ids[0]}), "again, it does nothing")
		require.Equal(t, address == email, len(box.mails()) == sent+1)
		require.Zero(t, count(t, admin, `auth.mails`))
	}
}

func TestAMailWaitsSealedAndNotForLongerThanItsCode(t *testing.T) {
	s, box, db, admin := setup(t)
	register(t, s, email)
	var kept string
	require.NoError(t, admin.Raw(`SELECT encode(sealed, 'escape') FROM auth.mails`).Scan(&kept).Error)
	require.NotContains(t, strings.ToLower(kept), "example.com")
	require.NotContains(t, kept, "Your code")
	var told string
	require.NoError(t, admin.Raw(`SELECT body::text FROM auth.outbox WHERE name = 'auth.mail'`).Scan(&told).Error)
	require.Regexp(t, `^\{"id": "mail_[0-9A-Za-z]{22}"\}$`, told)
	require.NoError(t, admin.Exec(`UPDATE auth.mails SET expires_at = now()`).Error)
	require.Empty(t, box.mails())
	queue, err := mail.NewQueue(db, []byte(strings.Repeat("p", 32)), box)
	require.NoError(t, err)
	require.NoError(t, queue.Sweep(t.Context()))
	require.Zero(t, count(t, admin, `auth.mails`))
}

func count(t *testing.T, db *gorm.DB, table string) (n int) {
	t.Helper()
	require.NoError(t, db.Raw(`SELECT count(*) FROM `+table).Scan(&n).Error)
	return n
}

func TestTheCodeIsOnALineOfItsOwnAndSaysHowLong(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	require.Contains(t, box.mails()[0].Text, "\nYour code: "+box.lastCode()+"\n")
	require.Contains(t, box.mails()[0].Text, "15 minutes")
}

func TestMailsGoToTheAddressOfTheAccountAsItWasRegistered(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	_, err := s.Verify(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode()})
	require.NoError(t, err)
	register(t, s, strings.ToUpper(email))
	_, err = s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: strings.ToUpper(email)})
	require.NoError(t, err)
	for _, m := range box.mails() {
		require.Equal(t, email, m.To)
	}
}

func TestTheLimitTellsNothingAboutWhoHasAnAccount(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	_, err := s.Verify(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode()})
	require.NoError(t, err)
	for range 4 {
		register(t, s, email) // notices now, and they count on
	}
	_, err = s.Register(t.Context(), contract.RegisterRequest{Name: "Dev", Email: email})
	requireRetryAfter(t, err)

	for _, address := range []string{email, "nobody@example.com"} { // sign-in counts by itself
		for range 5 {
			_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: address})
			require.NoError(t, err)
		}
		_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: address})
		requireRetryAfter(t, err)
	}
}

func requireRetryAfter(t *testing.T, err error) {
	t.Helper()
	var refusal *apierror.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, apierror.RateLimitExceeded, refusal.Code)
	seconds, ok := refusal.Context["retry_after"].(int)
	require.True(t, ok)
	require.Positive(t, seconds)
	require.LessOrEqual(t, seconds, 3601)
}

func TestWrongFormsOfACodeAreWrongCodesAndAMissingOneIsAMissingField(t *testing.T) {
	s, _, _, _ := setup(t)
	for _, wrong := range []string{"1", "12345a", "1234567", "      ", strings.Repeat("9", 5000), "\x00"} {
		_, err := s.Verify(t.Context(), contract.VerifyRequest{Email: email, Code: wrong})
		require.True(t, apierror.Has(err, apierror.CodeInvalid), "%q: %v", wrong, err)
	}
	for _, r := range []contract.VerifyRequest{{Email: email}, {Code: "123456"}, {Email: "x", Code: "123456"}} {
		_, err := s.Verify(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%+v: %v", r, err)
		_, err = s.VerifySignIn(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%+v: %v", r, err)
	}
}

func TestOfManyRightAnswersToASignInCodeOneWins(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	_, err := s.Verify(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode()})
	require.NoError(t, err)
	_, err = s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email})
	require.NoError(t, err)
	var won atomic.Int64
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			_, err := s.VerifySignIn(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode()})
			if err == nil {
				won.Add(1)
			} else if !apierror.Has(err, apierror.CodeInvalid) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, won.Load())
}

func TestOldCodesAreDeletedAndYoungOnesStay(t *testing.T) {
	s, box, db, admin := setup(t)
	register(t, s, "old@example.com")
	require.NoError(t, admin.Exec(`UPDATE auth.email_codes SET created_at = now() - interval '25 hours'`).Error)
	register(t, s, email)
	codes.NewSweeper(db, slog.New(slog.DiscardHandler)).Sweep(t.Context())
	var left []string
	require.NoError(t, admin.Raw(`SELECT email FROM auth.email_codes`).Scan(&left).Error)
	require.Equal(t, []string{strings.ToLower(email)}, left)
	_, err := s.Verify(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode()})
	require.NoError(t, err)
}
