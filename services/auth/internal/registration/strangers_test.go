package registration_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/registration"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func from(address, browser string) contract.Asker {
	return contract.Asker{Address: address, Browser: browser}
}

// owned registers an account from an address.
func owned(t *testing.T, s *registration.Service, box *postbox, by contract.Asker) {
	t.Helper()
	_, err := s.Register(t.Context(), contract.RegisterRequest{Name: "Dev", Email: email, Asker: by})
	require.NoError(t, err)
	_, err = s.Verify(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Asker: by})
	require.NoError(t, err)
}

func ask(t *testing.T, s *registration.Service, by contract.Asker) error {
	t.Helper()
	_, err := s.StartSignIn(t.Context(), contract.StartSignInRequest{Email: email, Asker: by})
	return err
}

func signIn(t *testing.T, s *registration.Service, code string, by contract.Asker) error {
	t.Helper()
	_, err := s.VerifySignIn(t.Context(), contract.VerifyRequest{Email: email, Code: code, Asker: by})
	return err
}

func TestStrangersUseUpWhatIsTheirsAndTheOwnerSignsIn(t *testing.T) {
	s, box, _, _ := setup(t)
	owned(t, s, box, from("192.0.2.1", "owner"))
	for stranger := range 20 {
		by := from(fmt.Sprintf("198.51.100.%d", stranger), "")
		for range 6 {
			if err := ask(t, s, by); err != nil {
				requireRetryAfter(t, err)
			}
		}
		for guess := range 6 {
			require.True(t, apierror.Has(signIn(t, s, fmt.Sprintf("%06d", guess), by), apierror.CodeInvalid))
		}
	}
	for name, owner := range map[string]contract.Asker{
		"at home": from("192.0.2.1", "owner"), "at home with another browser": from("192.0.2.1", "new"), "on the way": from("203.0.113.7", "phone"),
	} {
		require.NoError(t, ask(t, s, owner), name)
		code := box.lastCode()
		for _, stranger := range []contract.Asker{from("198.51.100.1", ""), from("192.0.2.1", "stranger")} {
			require.True(t, apierror.Has(signIn(t, s, code, stranger), apierror.CodeInvalid), "a code is good for its asker alone")
		}
		require.NoError(t, signIn(t, s, code, owner), name)
	}
}

func TestSeveralCodesLiveAtOnce(t *testing.T) {
	s, box, _, _ := setup(t)
	owned(t, s, box, from("192.0.2.1", ""))
	desk, phone := from("192.0.2.1", "desk"), from("192.0.2.2", "phone")
	require.NoError(t, ask(t, s, desk))
	first := box.lastCode()
	require.NoError(t, ask(t, s, phone))
	require.NoError(t, signIn(t, s, box.lastCode(), phone))
	require.NoError(t, signIn(t, s, first, desk))
}

// Guesses of all together are bounded, and so are the mails, whatever addresses and cookies are made up.
func TestHoweverManyStrangersThereAreTheirGuessesAreBounded(t *testing.T) {
	s, box, _, admin := setup(t)
	owned(t, s, box, from("192.0.2.1", "owner"))
	guesses := func() (n int) {
		require.NoError(t, admin.Raw(`SELECT coalesce(sum(guesses), 0) FROM auth.email_codes WHERE purpose = 'sign_in'`).Scan(&n).Error)
		return n
	}
	for stranger := range 100 {
		by := from(fmt.Sprintf("198.51.100.%d", stranger), "")
		for range 2 {
			_ = ask(t, s, by) // refused or not
			for range 6 {
				_ = signIn(t, s, "000000", by)
			}
		}
	}
	require.LessOrEqual(t, guesses(), 60*5, "in an hour")
	require.NoError(t, ask(t, s, from("192.0.2.1", "")), "from where the owner was before")

	for range 20 { // cookies cost nothing
		_ = ask(t, s, from("192.0.2.1", fmt.Sprint(len(box.mails()))))
	}
	var ofAddress int
	require.NoError(t, admin.Raw(`SELECT count(*) FROM auth.email_codes WHERE purpose = 'sign_in' AND address = (
		SELECT address FROM auth.known_addresses WHERE email = 'dev@example.com')`).Scan(&ofAddress).Error)
	require.LessOrEqual(t, ofAddress, 15)

	require.NoError(t, admin.Exec(`UPDATE auth.email_codes SET created_at = created_at - interval '61 minutes'`).Error)
	for range 4 {
		for stranger := range 60 {
			_ = ask(t, s, from(fmt.Sprintf("203.0.113.%d", stranger), ""))
		}
		require.NoError(t, admin.Exec(`UPDATE auth.email_codes SET created_at = created_at - interval '61 minutes'`).Error)
	}
	requireRetryAfter(t, ask(t, s, from("203.0.113.99", "")))
	require.NoError(t, ask(t, s, from("192.0.2.1", "")), "from where the owner was before")
}
