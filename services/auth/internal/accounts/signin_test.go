package accounts_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/accounts"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// createAccount registers an account for email.
func createAccount(t *testing.T, s *accounts.Service, box *postbox) contract.Registered {
	t.Helper()
	register(t, s, email)
	registered, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Requester: home})
	require.NoError(t, err)
	return registered
}

func TestSignInNeedsAnAccountAndASignInCode(t *testing.T) {
	s, box, _, _ := setup(t)
	_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Requester: home})
	require.NoError(t, err)
	require.Empty(t, box.all(), "without an account: the same answer, and no mail")
	registered := createAccount(t, s, box)
	_, err = s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Requester: home})
	require.NoError(t, err)
	signIn := contract.VerifyRequest{Email: email, Code: box.lastCode(), Requester: home}
	_, err = s.VerifyRegistration(t.Context(), signIn)
	require.True(t, apierror.Has(err, apierror.CodeInvalid), "a sign-in code does not register: %v", err)
	signedIn, err := s.VerifySignIn(t.Context(), signIn)
	require.NoError(t, err)
	require.Equal(t, registered.Account.ID, signedIn.AccountID)
	_, err = s.VerifySignIn(t.Context(), signIn)
	require.True(t, apierror.Has(err, apierror.CodeInvalid), "a code is used once: %v", err)
}

func TestTheMailHasTheCodeOnItsOwnLineAndItsLifetime(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	require.Contains(t, box.all()[0].Text, "\nYour code: "+box.lastCode()+"\n")
	require.Contains(t, box.all()[0].Text, "15 minutes")
}

func TestMailsGoToTheAddressAsRegistered(t *testing.T) {
	s, box, _, _ := setup(t)
	createAccount(t, s, box)
	register(t, s, strings.ToUpper(email))
	_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: strings.ToUpper(email), Requester: home})
	require.NoError(t, err)
	for _, m := range box.all() {
		require.Equal(t, email, m.To)
	}
}

func TestRateLimitsDoNotDiscloseWhoHasAnAccount(t *testing.T) {
	s, box, _, _ := setup(t)
	createAccount(t, s, box)
	for range 4 {
		register(t, s, email) // counted like codes, although notices are mailed now
	}
	_, err := s.Register(t.Context(), contract.RegisterRequest{Name: "Dev", Email: email, Requester: home})
	requireRetryAfter(t, err)

	for _, address := range []string{email, "nobody@example.com"} { // sign-in has a quota of its own
		for range 5 {
			_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: address, Requester: home})
			require.NoError(t, err)
		}
		_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: address, Requester: home})
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

func TestOfConcurrentSignInsWithOneCodeOneSucceeds(t *testing.T) {
	s, box, _, _ := setup(t)
	createAccount(t, s, box)
	_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Requester: home})
	require.NoError(t, err)
	right := box.lastCode()
	var succeeded atomic.Int64
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			_, err := s.VerifySignIn(t.Context(), contract.VerifyRequest{Email: email, Code: right, Requester: home})
			if err == nil {
				succeeded.Add(1)
			} else if !apierror.Has(err, apierror.CodeInvalid) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, succeeded.Load())
}

func TestAMissingCodeOrAnInvalidEmailIsAFieldError(t *testing.T) {
	s, _, _, _ := setup(t)
	for _, r := range []contract.VerifyRequest{{Email: email, Requester: home}, {Code: "123456", Requester: home}, {Email: "x", Code: "123456", Requester: home}} {
		_, err := s.VerifyRegistration(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%+v: %v", r, err)
		_, err = s.VerifySignIn(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%+v: %v", r, err)
	}
}

func TestRegistrationAndSignInMakeTheBrowserKnown(t *testing.T) {
	s, box, _, admin := setup(t)
	first, second := strings.Repeat("a", 64), strings.Repeat("b", 64) // digests of cookies
	requester := contract.Requester{Browser: strings.Repeat("0", 64), Network: home.Network}
	known := func() (n int) {
		require.NoError(t, admin.Raw(`SELECT count(*) FROM auth.known_browsers WHERE email = lower(?)`, email).Scan(&n).Error)
		return n
	}
	_, err := s.Register(t.Context(), contract.RegisterRequest{Name: "Dev", Email: email, Requester: requester})
	require.NoError(t, err)
	_, err = s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Requester: requester, Next: first})
	require.NoError(t, err)
	require.Equal(t, 1, known())
	requester.Browser = first
	_, err = s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Requester: requester})
	require.NoError(t, err)
	var judgedKnown bool
	require.NoError(t, admin.Raw(`SELECT known FROM auth.email_codes ORDER BY id DESC LIMIT 1`).Scan(&judgedKnown).Error)
	require.True(t, judgedKnown)
	_, err = s.VerifySignIn(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Requester: requester, Next: second})
	require.NoError(t, err)
	require.Equal(t, 1, known(), "the browser's new cookie replaces its old one")
}
