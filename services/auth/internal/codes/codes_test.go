package codes_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/shared/apierror"
)

func TestACodeIsVerifiedForItsPurposeAlone(t *testing.T) {
	f := newFixture(t)
	registration := f.mustIssue(t, codes.Register, program)
	_, err := f.verify(t, codes.SignIn, registration, program)
	requireInvalid(t, err, "no sign-in code was issued")
	signIn := f.mustIssue(t, codes.SignIn, program)
	_, err = f.verify(t, codes.Register, wrongUnless(registration, signIn), program)
	requireInvalid(t, err)
	verified, err := f.verify(t, codes.Register, registration, program)
	require.NoError(t, err, "the sign-in code did not replace it")
	require.Equal(t, "Dev", verified.Name)
	_, err = f.verify(t, codes.SignIn, signIn, program)
	require.NoError(t, err)
}

// wrongUnless returns the other purpose's code, or a wrong one if chance made both codes equal.
func wrongUnless(right, other string) string {
	if right == other {
		return wrong(right)
	}
	return other
}

func TestEmailsAreComparedWithoutCase(t *testing.T) {
	f := newFixture(t)
	code, err := f.issue(t, codes.SignIn, strings.ToUpper(email), program)
	require.NoError(t, err)
	_, err = f.verify(t, codes.SignIn, code, program)
	require.NoError(t, err)
}

func TestACodeExpiresAfterFifteenMinutes(t *testing.T) {
	f := newFixture(t)
	code := f.mustIssue(t, codes.SignIn, program)
	var lifetime float64
	require.NoError(t, f.admin.Raw(`SELECT extract(epoch FROM expires_at - created_at) FROM auth.email_codes`).Scan(&lifetime).Error)
	require.InDelta(t, 15*60, lifetime, 0)
	require.NoError(t, f.admin.Exec(`UPDATE auth.email_codes SET expires_at = now() + interval '30 seconds'`).Error)
	_, err := f.verify(t, codes.SignIn, code, program)
	require.NoError(t, err)
	require.NoError(t, f.admin.Exec(`UPDATE auth.email_codes SET expires_at = now()`).Error)
	_, err = f.verify(t, codes.SignIn, code, program)
	requireInvalid(t, err)
}

func TestANewCodeReplacesTheRequestersOldOne(t *testing.T) {
	f := newFixture(t)
	old := f.mustIssue(t, codes.SignIn, program)
	fresh := f.mustIssue(t, codes.SignIn, program)
	if old != fresh {
		_, err := f.verify(t, codes.SignIn, old, program)
		requireInvalid(t, err)
	}
	_, err := f.verify(t, codes.SignIn, fresh, program)
	require.NoError(t, err)
}

func TestFiveAttemptsExhaustACodeAlsoConcurrently(t *testing.T) {
	f := newFixture(t)
	right := f.mustIssue(t, codes.SignIn, program)
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			if _, err := f.verify(t, codes.SignIn, wrong(right), program); !apierror.Has(err, apierror.CodeInvalid) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	_, err := f.verify(t, codes.SignIn, right, program)
	requireInvalid(t, err, "the right code after five wrong ones")
	var attempts int
	require.NoError(t, f.admin.Raw(`SELECT guesses FROM auth.email_codes`).Scan(&attempts).Error)
	require.Equal(t, 5, attempts)
}

func TestTheFifthAttemptCanSucceed(t *testing.T) {
	f := newFixture(t)
	right := f.mustIssue(t, codes.SignIn, program)
	for range 4 {
		_, err := f.verify(t, codes.SignIn, wrong(right), program)
		requireInvalid(t, err)
	}
	_, err := f.verify(t, codes.SignIn, right, program)
	require.NoError(t, err)
}

func TestACodeIsConsumedOnce(t *testing.T) {
	f := newFixture(t)
	code := f.mustIssue(t, codes.SignIn, program)
	verified, err := f.verify(t, codes.SignIn, code, program)
	require.NoError(t, err)
	var consumed atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			err := f.consume(t, verified.ID, program, "")
			if err == nil {
				consumed.Add(1)
			} else if !apierror.Has(err, apierror.CodeInvalid) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, consumed.Load())
	_, err = f.verify(t, codes.SignIn, code, program)
	requireInvalid(t, err, "nor is it verified again")
}

// Each case is compared with the same error, context and all: a caller learns only that the answer was not right.
func TestAllInvalidAnswersGetTheSameError(t *testing.T) {
	f := newFixture(t)
	_, err := f.verify(t, codes.SignIn, "123456", program)
	requireInvalid(t, err, "no code was issued")

	other := browser("other", "203.0.113.1")
	code := f.mustIssue(t, codes.SignIn, program)
	_, err = f.verify(t, codes.SignIn, code, other)
	requireInvalid(t, err, "another requester's code")
	for n, malformed := range []string{"", "1", "12345a", "1234567", "      ", code + " ", strings.Repeat("9", 5000), "\x00"} {
		if n == 4 { // before the attempts at the first code are exhausted
			code = f.mustIssue(t, codes.SignIn, program)
		}
		_, err = f.verify(t, codes.SignIn, malformed, program)
		requireInvalid(t, err, malformed)
	}
	verified, err := f.verify(t, codes.SignIn, code, program)
	require.NoError(t, err)
	require.NoError(t, f.consume(t, verified.ID, program, ""))
	_, err = f.verify(t, codes.SignIn, code, program)
	requireInvalid(t, err, "a used code")
}

func TestACodeDependsOnThePepperAndIsStoredNowhere(t *testing.T) {
	f := newFixture(t)
	code := f.mustIssue(t, codes.SignIn, program)
	var rows string
	require.NoError(t, f.admin.Raw(`SELECT (SELECT string_agg(o::text, '') FROM auth.outbox o)
		|| (SELECT string_agg(to_jsonb(c)::text, '') FROM auth.email_codes c)`).Scan(&rows).Error)
	require.Contains(t, rows, "code_id")
	require.NotContains(t, rows, code)
	require.NotContains(t, rows, program.Network)

	var id int64
	require.NoError(t, f.admin.Raw(`SELECT id FROM auth.email_codes`).Scan(&id).Error)
	d, found, err := codes.NewIssuer([]byte("another pepper")).Delivery(t.Context(), f.db, id)
	require.NoError(t, err)
	require.True(t, found)
	require.NotEqual(t, code+d.Reference, d.Code+d.Reference)
}
