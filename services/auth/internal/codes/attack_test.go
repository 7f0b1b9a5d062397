package codes_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

const hour = 3601 // seconds

// attack requests and guesses codes from n networks, each try with a cookie of its own.
func (f fixture) attack(t *testing.T, n int) {
	t.Helper()
	var wg sync.WaitGroup
	for network := range n {
		wg.Go(func() {
			for try := range 5 {
				f.attackOnce(t, browser(fmt.Sprint(network, "-", try), fmt.Sprint("203.0.113.", network)))
			}
		})
	}
	wg.Wait()
}

func (f fixture) attackOnce(t *testing.T, attacker contract.Requester) {
	t.Helper()
	_, err := f.Issue(t.Context(), f.db, codes.Request{Purpose: codes.SignIn, Email: email, Requester: attacker})
	if apierror.Has(err, apierror.RateLimitExceeded) {
		return
	}
	if err != nil {
		t.Error(err)
	}
	for attempt := range 6 {
		_, err := f.verify(t, codes.SignIn, fmt.Sprintf("x%05d", attempt), attacker)
		if !apierror.Has(err, apierror.CodeInvalid) && !apierror.Has(err, apierror.RateLimitExceeded) {
			t.Error(err)
		}
	}
}

func (f fixture) wrongAttempts(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, f.admin.Raw(`SELECT sum(guesses - (used_at IS NOT NULL)::int) FROM auth.email_codes WHERE NOT known`).Scan(&n).Error)
	return n
}

func (f fixture) unknownCodes(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, f.admin.Raw(`SELECT count(*) FROM auth.email_codes WHERE NOT known`).Scan(&n).Error)
	return n
}

func TestARequesterGetsFiveCodesAnHourForEachPurposeAlsoConcurrently(t *testing.T) {
	f := newFixture(t)
	for _, purpose := range []codes.Purpose{codes.Register, codes.SignIn} {
		var wg sync.WaitGroup
		var issued atomic.Int64
		for range 12 {
			wg.Go(func() {
				_, err := f.Issue(t.Context(), f.db, codes.Request{Purpose: purpose, Email: email, Requester: program})
				if err == nil {
					issued.Add(1)
				} else if !apierror.Has(err, apierror.RateLimitExceeded) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 5, issued.Load())
		_, err := f.issue(t, purpose, email, program)
		requireRetryAfter(t, err, hour)
	}
	_, err := f.issue(t, codes.SignIn, "another@example.com", program)
	require.NoError(t, err, "another e-mail has quotas of its own")
	require.NoError(t, f.admin.Exec(`UPDATE auth.email_codes SET created_at = created_at - interval '1 hour'`).Error)
	_, err = f.issue(t, codes.SignIn, email, program)
	require.NoError(t, err, "an hour later")
}

func TestTheOwnerSignsInDuringAndAfterAnAttackFromTwentyNetworks(t *testing.T) {
	f := newFixture(t)
	var attack sync.WaitGroup
	attack.Go(func() { f.attack(t, 20) })
	require.NoError(t, f.signIn(t, browser("first", program.Network), cookie("known")), "during the attack")
	attack.Wait()
	require.NoError(t, f.signIn(t, browser("phone", "198.51.100.77"), ""), "after it, from a new network")
	for range 5 {
		require.NoError(t, f.signIn(t, browser("known", "203.0.113.1"), cookie("known")), "in a known browser, even in an attacker's network")
	}
	require.LessOrEqual(t, f.unknownCodes(t), 60)
	require.LessOrEqual(t, f.wrongAttempts(t), 240)
	t.Logf("20 networks had %d codes and %d attempts", f.unknownCodes(t), f.wrongAttempts(t))
}

func TestUnknownRequestersShareAQuotaThatAKnownBrowserDoesNotNeed(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.signIn(t, browser("first", program.Network), cookie("known")))
	f.attack(t, 100)
	require.Equal(t, 60, f.unknownCodes(t))

	requireRetryAfter(t, f.signIn(t, browser("new", "198.51.100.77"), ""), hour)
	known := browser("known", "203.0.113.1")
	last := ""
	for range 5 {
		last = f.mustIssue(t, codes.SignIn, known)
	}
	_, err := f.issue(t, codes.SignIn, email, known)
	requireRetryAfter(t, err, hour)
	_, err = f.verify(t, codes.SignIn, last, known)
	require.NoError(t, err)
}

// The codes of a day, at their quota, would allow more attempts than the daily quota does.
func TestWrongAttemptsOfADayAreBoundedOverAllUnknownRequesters(t *testing.T) {
	f := newFixture(t)
	for hour := range 6 {
		f.attack(t, 70)
		require.NoError(t, f.admin.Exec(`UPDATE auth.email_codes SET created_at = created_at - interval '1 hour'`).Error)
		require.LessOrEqual(t, f.wrongAttempts(t), 240, "hour %d", hour)
	}
}

func TestACodeIsInvalidForOthersThanItsRequester(t *testing.T) {
	f := newFixture(t)
	owner, attacker := browser("owner", program.Network), browser("attacker", program.Network)
	code := f.mustIssue(t, codes.SignIn, owner)
	for _, other := range []contract.Requester{attacker, program, browser("owner ", program.Network)} {
		_, err := f.verify(t, codes.SignIn, code, other)
		requireInvalid(t, err)
	}
	f.mustIssue(t, codes.SignIn, attacker)
	moved := browser("owner", "198.51.100.99") // the same browser in another network
	_, err := f.verify(t, codes.SignIn, code, moved)
	require.NoError(t, err, "the attacker's later code does not replace the owner's")
}

func TestAPlantedCookieIsNotKnownAfterASignIn(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.signIn(t, browser("planted", program.Network), cookie("fresh")))
	f.attack(t, 100)
	require.Error(t, f.signIn(t, browser("planted", "198.51.100.77"), ""))
	require.NoError(t, f.signIn(t, browser("fresh", "198.51.100.77"), cookie("fresher")))
	require.Error(t, f.signIn(t, browser("fresh", "198.51.100.77"), ""), "a browser has one cookie")
	var raw string
	require.NoError(t, f.admin.Raw(`SELECT string_agg(k::text, '') FROM auth.known_browsers k`).Scan(&raw).Error)
	require.NotContains(t, raw, cookie("fresher"))
}

func TestTheTenNewestBrowsersOfAnEmailAreKnown(t *testing.T) {
	f := newFixture(t)
	for n := range 12 {
		require.NoError(t, f.signIn(t, browser(fmt.Sprint(n), fmt.Sprint("198.51.100.", n)), cookie(fmt.Sprint("next", n))))
	}
	var known int
	require.NoError(t, f.admin.Raw(`SELECT count(*) FROM auth.known_browsers`).Scan(&known).Error)
	require.Equal(t, 10, known)
}
