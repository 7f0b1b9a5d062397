package accounts_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestTheCodeIsOnALineOfItsOwnAndSaysHowLong(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	require.Contains(t, box.all()[0].Text, "\nYour code: "+box.lastCode()+"\n")
	require.Contains(t, box.all()[0].Text, "15 minutes")
}

func TestMailsGoToTheAddressOfTheAccountAsItWasRegistered(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	_, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: home})
	require.NoError(t, err)
	register(t, s, strings.ToUpper(email))
	_, err = s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: strings.ToUpper(email), Asker: home})
	require.NoError(t, err)
	for _, m := range box.all() {
		require.Equal(t, email, m.To)
	}
}

func TestTheLimitTellsNothingAboutWhoHasAnAccount(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	_, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: home})
	require.NoError(t, err)
	for range 4 {
		register(t, s, email) // notices now, and they count on
	}
	_, err = s.Register(t.Context(), contract.RegisterRequest{Name: "Dev", Email: email, Asker: home})
	requireRetryAfter(t, err)

	for _, address := range []string{email, "nobody@example.com"} { // sign-in counts by itself
		for range 5 {
			_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: address, Asker: home})
			require.NoError(t, err)
		}
		_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: address, Asker: home})
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
		_, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: wrong, Asker: home})
		require.True(t, apierror.Has(err, apierror.CodeInvalid), "%q: %v", wrong, err)
	}
	for _, r := range []contract.VerifyRequest{{Email: email, Asker: home}, {Code: "123456", Asker: home}, {Email: "x", Code: "123456", Asker: home}} {
		_, err := s.VerifyRegistration(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%+v: %v", r, err)
		_, err = s.VerifySignIn(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%+v: %v", r, err)
	}
}

func TestOfManyRightAnswersToASignInCodeOneWins(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	_, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: home})
	require.NoError(t, err)
	_, err = s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Asker: home})
	require.NoError(t, err)
	right := box.lastCode()
	var won atomic.Int64
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			_, err := s.VerifySignIn(t.Context(), contract.VerifyRequest{Email: email, Code: right, Asker: home})
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
