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
	"github.com/mintfax/mintfax/shared/ids"
)

func register(t *testing.T, s *accounts.Service, address string) {
	t.Helper()
	reply, err := s.Register(t.Context(), contract.RegisterRequest{Name: "Dev", Email: address, Requester: home})
	require.NoError(t, err)
	require.Regexp(t, `^[B-Z]{4}$`, reply.Reference)
	require.Equal(t, contract.RegisterReply{Email: address, Message: "Activation code sent. Valid for 15 minutes.", ExpiresIn: 900}, reply.RegisterReply)
}

func TestARegistrationCodeCreatesOneWholeAccount(t *testing.T) {
	s, box, _, admin := setup(t)
	register(t, s, email)
	right := box.lastCode()
	var created atomic.Int64
	var account contract.Registered
	var wg sync.WaitGroup
	for range 4 { // concurrently: one succeeds
		wg.Go(func() {
			registered, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: strings.ToLower(email), Code: right, Requester: home})
			if err == nil {
				created.Add(1)
				account = registered
			} else if !apierror.Has(err, apierror.CodeInvalid) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, created.Load())
	require.Nil(t, account.Account.ActivatedAt)
	require.Equal(t, "https://fax.example.com/dashboard/activate", account.DashboardURL)
	require.Equal(t, account.Environments[1].ID, account.LiveEnvironmentID)
	kind, err := ids.ParseAPIKey(account.APIKey)
	require.NoError(t, err)
	require.Equal(t, contract.KindTest, kind)
	var available int64
	require.NoError(t, admin.Raw(`SELECT available FROM wallet.pools WHERE balance_type = 'sandbox'`).Scan(&available).Error)
	require.EqualValues(t, 10_000, available)
	var stored string
	require.NoError(t, admin.Raw(`SELECT string_agg(k::text, '') FROM auth.keys k`).Scan(&stored).Error)
	require.NotContains(t, stored, account.APIKey[9:39], "a key itself must not be stored")
}

func TestARegisteredEmailGetsTheSameAnswerAndAMailWithoutACode(t *testing.T) {
	s, box, _, _ := setup(t)
	register(t, s, email)
	_, err := s.VerifyRegistration(t.Context(), contract.VerifyRequest{Email: email, Code: box.lastCode(), Requester: home})
	require.NoError(t, err)
	register(t, s, strings.ToUpper(email))
	require.Empty(t, box.lastCode())
	require.Contains(t, box.all()[1].Text, "Sign in here")
}

func TestInvalidNamesAndAddressesAreRejected(t *testing.T) {
	s, box, _, _ := setup(t)
	for _, address := range []string{"", "x", "a@b\r\nBcc: c@d", "A <a@b.c>", "a b@c.d", strings.Repeat("a", 252) + "@b.cd"} {
		_, err := s.Register(t.Context(), contract.RegisterRequest{Name: "Dev", Email: address, Requester: home})
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%q: %v", address, err)
	}
	for _, name := range []string{"", "  ", "a\x00b", strings.Repeat("ä", 256)} {
		_, err := s.Register(t.Context(), contract.RegisterRequest{Name: name, Email: email, Requester: home})
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%q: %v", name, err)
	}
	require.Empty(t, box.all())
}
