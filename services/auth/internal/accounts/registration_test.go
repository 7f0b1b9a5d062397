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
	"github.com/mintfax/mintfax/shared/keys"
)

func register(t *testing.T, s *accounts.Service, address string) {
	t.Helper()
	reply, err := s.Register(t.Context(), contract.RegisterRequest{Name: "Dev", Email: address, Asker: home})
	require.NoError(t, err)
	require.Regexp(t, `^[B-Z]{4}$`, reply.Reference)
	require.Equal(t, contract.RegisterReply{Email: address, Message: "Activation code sent. Valid for 15 minutes.", ExpiresIn: 900}, reply.RegisterReply)
}

func TestTheRightCodeMakesTheWholeAccountOnce(t *testing.T) {
	s, box, _, admin := setup(t)
	register(t, s, email)
	right := box.lastCode()
	var made atomic.Int64
	var account contract.Registered
	var wg sync.WaitGroup
	for range 4 { // at once: one wins
		wg.Go(func() {
			registered, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: strings.ToLower(email), Code: right, Asker: home})
			if err == nil {
				made.Add(1)
				account = registered
			} else if !apierror.Has(err, apierror.CodeInvalid) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, made.Load())
	require.Nil(t, account.Account.ActivatedAt)
	require.Equal(t, "https://fax.example.com/dashboard/activate", account.DashboardURL)
	require.Equal(t, account.Environments[1].ID, account.LiveEnvironmentID)
	kind, err := keys.Parse(account.APIKey)
	require.NoError(t, err)
	require.Equal(t, contract.KindTest, kind)
	var available int64
	require.NoError(t, admin.Raw(`SELECT available FROM wallet.pools WHERE balance_type = 'sandbox'`).Scan(&available).Error)
	require.EqualValues(t, 10_000, available)
	var stored string
	require.NoError(t, admin.Raw(`SELECT string_agg(k::text, '') FROM auth.keys k`).Scan(&stored).Error)
	require.NotContains(t, stored, account.APIKey[9:39], "a key itself must not be stored")
}

func TestAKnownEmailGetsTheSameAnswerAndAMailWithoutACode(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	_, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: home})
	require.NoError(t, err)
	register(t, s, strings.ToUpper(email))
	require.Empty(t, box.lastCode())
	require.Contains(t, box.all()[1].Text, "Sign in here")
}

func TestFiveGuessesSpendACodeHoweverManyAtOnce(t *testing.T) {
	s, box, _, admin := setup(t)
	register(t, s, email)
	right := box.lastCode()
	wrong := other(right)
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			_, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: wrong, Asker: home})
			if !apierror.Has(err, apierror.CodeInvalid) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	_, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: right, Asker: home})
	require.True(t, apierror.Has(err, apierror.CodeInvalid), "the right code after five wrong guesses: %v", err)
	var guesses int
	require.NoError(t, admin.Raw(`SELECT guesses FROM auth.email_codes`).Scan(&guesses).Error)
	require.Equal(t, 5, guesses)
}

func TestAFreshCodeReplacesTheOldAndAnExpiredOneIsWorthNothing(t *testing.T) {
	s, box, _, admin := setup(t)
	register(t, s, email)
	old := box.lastCode()
	register(t, s, email)
	if fresh := box.lastCode(); fresh != old {
		_, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: old, Asker: home})
		require.True(t, apierror.Has(err, apierror.CodeInvalid), "%v", err)
	}
	require.NoError(t, admin.Exec(`UPDATE auth.email_codes SET expires_at = now()`).Error)
	_, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: home})
	require.True(t, apierror.Has(err, apierror.CodeInvalid), "%v", err)
}

func TestAnEmailGetsFiveCodesAnHour(t *testing.T) {
	s, box, _, _ := setup(t)
	var wg sync.WaitGroup
	var refused atomic.Int64
	for range 12 {
		wg.Go(func() {
			_, err := s.Register(t.Context(), contract.RegisterRequest{Name: "Dev", Email: email, Asker: home})
			if apierror.Has(err, apierror.RateLimitExceeded) {
				refused.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 7, refused.Load())
	require.Len(t, box.all(), 5)
}

func TestSignInNeedsAnAccountAndItsOwnCode(t *testing.T) {
	s, box, _, _ := setup(t)
	_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Asker: home})
	require.NoError(t, err)
	require.Empty(t, box.all(), "nobody with that e-mail: the same answer, and no mail")
	register(t, s, email)
	registered, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: home})
	require.NoError(t, err)
	_, err = s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Asker: home})
	require.NoError(t, err)
	signIn := contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: home}
	_, err = s.VerifyRegistration(t.Context(), signIn)
	require.True(t, apierror.Has(err, apierror.CodeInvalid), "a sign-in code registers nobody: %v", err)
	signedIn, err := s.VerifySignIn(t.Context(), signIn)
	require.NoError(t, err)
	require.Equal(t, registered.Account.ID, signedIn.AccountID)
	_, err = s.VerifySignIn(t.Context(), signIn)
	require.True(t, apierror.Has(err, apierror.CodeInvalid), "a code is used once: %v", err)
}

func TestBadNamesAndAddressesAreRefusedByField(t *testing.T) {
	s, box, _, _ := setup(t)
	for _, address := range []string{"", "x", "a@b\r\nBcc: c@d", "A <a@b.c>", "a b@c.d", strings.Repeat("a", 252) + "@b.cd"} {
		_, err := s.Register(t.Context(), contract.RegisterRequest{Name: "Dev", Email: address, Asker: home})
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%q: %v", address, err)
	}
	for _, name := range []string{"", "  ", "a\x00b", strings.Repeat("ä", 256)} {
		_, err := s.Register(t.Context(), contract.RegisterRequest{Name: name, Email: email, Asker: home})
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%q: %v", name, err)
	}
	require.Empty(t, box.all())
}
