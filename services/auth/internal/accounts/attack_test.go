package accounts_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/accounts"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func cookie(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

func browser(value, network string) contract.Asker {
	return contract.Asker{Browser: cookie(value), Network: network}
}

// account registers an account for email.
func account(t *testing.T, s *accounts.Service, box *postbox) contract.Registered {
	t.Helper()
	register(t, s, email)
	registered, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: home})
	require.NoError(t, err)
	return registered
}

// signIn does what a person does: asks, finds the mail of that request among all others, and types its code.
func signIn(t *testing.T, s *accounts.Service, box *postbox, asker contract.Asker, next string) error {
	t.Helper()
	sent, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Asker: asker})
	if err != nil {
		return err
	}
	_, err = s.VerifySignIn(t.Context(), contract.VerifyRequest{Email: email, Code: box.codeOf(sent.Reference), Asker: asker, Next: next})
	return err
}

// codeOf is the code of the newest mail with a reference.
func (p *postbox) codeOf(reference string) string {
	found := ""
	for _, m := range p.all() {
		if strings.Contains(m.Subject, reference) {
			found = code.FindString(m.Text)
		}
	}
	require.NotEmpty(p.t, found)
	return found
}

// attack has n networks ask for codes and guess at them, each try with a cookie of its own.
func attack(t *testing.T, s *accounts.Service, n int) {
	t.Helper()
	var wg sync.WaitGroup
	for network := range n {
		wg.Go(func() {
			for try := range 5 {
				asker := browser(fmt.Sprint(network, "-", try), fmt.Sprint("203.0.113.", network))
				_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Asker: asker})
				if apierror.Has(err, apierror.RateLimitExceeded) {
					continue
				}
				if err != nil {
					t.Error(err)
				}
				for guess := range 6 {
					wrong := contract.VerifyRequest{Email: email, Code: fmt.Sprintf("x%05d", guess), Asker: asker}
					_, err := s.VerifySignIn(t.Context(), wrong)
					if !apierror.Has(err, apierror.CodeInvalid) && !apierror.Has(err, apierror.RateLimitExceeded) {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
}

func TestTheOwnerSignsInWhileTwentyStrangersGuessAndAsk(t *testing.T) {
	s, box, _, admin := setup(t)
	account(t, s, box)
	var strangers sync.WaitGroup
	strangers.Go(func() { attack(t, s, 20) })
	require.NoError(t, signIn(t, s, box, browser("first", home.Network), cookie("known")), "during the attack")
	strangers.Wait()
	require.NoError(t, signIn(t, s, box, browser("phone", "198.51.100.77"), ""), "after it, from where nobody was before")
	for range 5 {
		require.NoError(t, signIn(t, s, box, browser("known", "203.0.113.1"), cookie("known")), "in a browser that is known, even next to a stranger")
	}
	var codes, wrong int
	require.NoError(t, admin.Raw(`SELECT count(*), sum(guesses - (used_at IS NOT NULL)::int) FROM auth.email_codes WHERE NOT known`).Row().Scan(&codes, &wrong))
	require.LessOrEqual(t, codes, 60)
	require.LessOrEqual(t, wrong, 240)
	t.Logf("20 strangers had %d codes and %d guesses", codes, wrong)
}

func TestHoweverManyStrangersOnlyBoundedCodesAndGuessesAreTheirsAndAKnownBrowserHasItsOwn(t *testing.T) {
	s, box, _, admin := setup(t)
	account(t, s, box)
	require.NoError(t, signIn(t, s, box, browser("first", home.Network), cookie("known")))
	attack(t, s, 100)
	var codes int
	require.NoError(t, admin.Raw(`SELECT count(*) FROM auth.email_codes WHERE NOT known`).Scan(&codes).Error)
	require.Equal(t, 60, codes)
	require.LessOrEqual(t, len(box.all()), 60)

	err := signIn(t, s, box, browser("new", "198.51.100.77"), "")
	requireRetryAfter(t, err)
	known := browser("known", "203.0.113.1")
	for range 5 {
		_, err = s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Asker: known})
		require.NoError(t, err)
	}
	_, err = s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Asker: known})
	requireRetryAfter(t, err)
	_, err = s.VerifySignIn(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: known})
	require.NoError(t, err)
}

// A day's codes at their bound would be worth more guesses than strangers have in a day.
func TestGuessesOfADayAreBoundedOverAllStrangers(t *testing.T) {
	s, box, _, admin := setup(t)
	account(t, s, box)
	for hour := range 6 {
		attack(t, s, 70)
		require.NoError(t, admin.Exec(`UPDATE auth.email_codes SET created_at = created_at - interval '1 hour'`).Error)
		var wrong int
		require.NoError(t, admin.Raw(`SELECT sum(guesses - (used_at IS NOT NULL)::int) FROM auth.email_codes`).Scan(&wrong).Error)
		require.LessOrEqual(t, wrong, 240, "hour %d", hour)
	}
}

func TestACodeIsWorthNothingToWhoDidNotAskForIt(t *testing.T) {
	s, box, _, _ := setup(t)
	account(t, s, box)
	owner, stranger := browser("owner", home.Network), browser("stranger", home.Network)
	for _, asker := range []contract.Asker{owner, stranger} {
		_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Asker: asker})
		require.NoError(t, err)
		if asker == stranger {
			break
		}
		for _, thief := range []contract.Asker{stranger, {Network: home.Network}, browser("owner ", home.Network)} {
			_, err = s.VerifySignIn(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: thief})
			require.True(t, apierror.Has(err, apierror.CodeInvalid), "%v", err)
		}
	}
	first := code.FindString(box.all()[1].Text)
	moved := browser("owner", "198.51.100.99") // the same browser, elsewhere
	_, err := s.VerifySignIn(t.Context(), contract.VerifyRequest{Email: email, Code: first, Asker: moved})
	require.NoError(t, err, "the stranger's later code does not replace the owner's")
}

func TestACookieThatWasPlantedIsNotTheOneThatIsKnown(t *testing.T) {
	s, box, _, admin := setup(t)
	account(t, s, box)
	require.NoError(t, signIn(t, s, box, browser("planted", home.Network), cookie("fresh")))
	attack(t, s, 100)
	require.Error(t, signIn(t, s, box, browser("planted", "198.51.100.77"), ""))
	require.NoError(t, signIn(t, s, box, browser("fresh", "198.51.100.77"), cookie("fresher")))
	require.Error(t, signIn(t, s, box, browser("fresh", "198.51.100.77"), ""), "a browser has one cookie")
	var raw string
	require.NoError(t, admin.Raw(`SELECT string_agg(k::text, '') FROM auth.known_browsers k`).Scan(&raw).Error)
	require.NotContains(t, raw, cookie("fresher"))
}

func TestTenBrowsersOfAnEmailAreKnown(t *testing.T) {
	s, box, _, admin := setup(t)
	account(t, s, box)
	for n := range 12 {
		require.NoError(t, signIn(t, s, box, browser(fmt.Sprint(n), fmt.Sprint("198.51.100.", n)), cookie(fmt.Sprint("next", n))))
	}
	var known int
	require.NoError(t, admin.Raw(`SELECT count(*) FROM auth.known_browsers`).Scan(&known).Error)
	require.Equal(t, 10, known)
}
