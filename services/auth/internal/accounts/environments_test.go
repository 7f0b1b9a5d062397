package accounts_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/auth/internal/accounts"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func setupTwoAccounts(t *testing.T) (service *accounts.Service, admin *gorm.DB, account, other string) {
	d := pgtest.New(t)
	admin, account, other = d.Admin(t), ids.New(ids.Account), ids.New(ids.Account)
	require.NoError(t, admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', 'a@example.com'), (?, 'B', 'b@example.com')`, account, other).Error)
	return accounts.New(accounts.Config{}, d.Open(t, "auth"), nil, nil), admin, account, other
}

func TestALiveEnvironmentCanBeCreatedBeforeActivation(t *testing.T) {
	s, _, account, _ := setupTwoAccounts(t)
	created, err := s.CreateEnvironment(t.Context(), contract.CreateEnvironmentRequest{AccountID: account, Name: " Production ", Type: contract.Live})
	require.NoError(t, err)
	require.Equal(t, "Production", created.Name)
	require.Equal(t, contract.Live, created.Type)
	found, err := s.GetEnvironment(t.Context(), contract.OwnedRequest{AccountID: account, ID: created.ID})
	require.NoError(t, err)
	require.Equal(t, created, found)
}

func TestRenamingAnEnvironmentChangesItsNameOnly(t *testing.T) {
	s, _, account, _ := setupTwoAccounts(t)
	created, err := s.CreateEnvironment(t.Context(), contract.CreateEnvironmentRequest{AccountID: account, Name: "A", Type: contract.Sandbox})
	require.NoError(t, err)
	renamed, err := s.RenameEnvironment(t.Context(), contract.RenameEnvironmentRequest{AccountID: account, ID: created.ID, Name: "B"})
	require.NoError(t, err)
	created.Name = "B"
	require.Equal(t, created, renamed)
}

func TestForeignAndMalformedEnvironmentIDsAreNotFound(t *testing.T) {
	s, _, account, other := setupTwoAccounts(t)
	created, err := s.CreateEnvironment(t.Context(), contract.CreateEnvironmentRequest{AccountID: account, Name: "A", Type: contract.Sandbox})
	require.NoError(t, err)
	for _, asked := range []contract.OwnedRequest{
		{AccountID: other, ID: created.ID},
		{AccountID: account, ID: ids.New(ids.Environment)},
		{AccountID: account},
		{AccountID: account, ID: "env_\x00"},
		{AccountID: account, ID: created.ID + "x"},
	} {
		_, err := s.GetEnvironment(t.Context(), asked)
		require.True(t, apierror.Has(err, apierror.NotFound), "%+v: %v", asked, err)
		_, err = s.RenameEnvironment(t.Context(), contract.RenameEnvironmentRequest{AccountID: asked.AccountID, ID: asked.ID, Name: "B"})
		require.True(t, apierror.Has(err, apierror.NotFound), "%+v: %v", asked, err)
	}
}

func TestInvalidNamesAndTypesAreReportedTogether(t *testing.T) {
	s, _, account, _ := setupTwoAccounts(t)
	for _, name := range []string{"", " ", "a\x00b", "a\nb", strings.Repeat("ä", 256)} {
		_, err := s.CreateEnvironment(t.Context(), contract.CreateEnvironmentRequest{AccountID: account, Name: name, Type: "staging"})
		var refusal *apierror.Error
		require.ErrorAs(t, err, &refusal)
		require.Len(t, refusal.Context["errors"], 2, "%q", name)
	}
}

func TestPagesShowEveryEnvironmentOnceNewestFirst(t *testing.T) {
	s, _, account, other := setupTwoAccounts(t)
	for _, owner := range []string{account, account, account, other} {
		_, err := s.CreateEnvironment(t.Context(), contract.CreateEnvironmentRequest{AccountID: owner, Name: "A", Type: contract.Sandbox})
		require.NoError(t, err)
	}
	first, err := s.ListEnvironments(t.Context(), contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 2}})
	require.NoError(t, err)
	require.Len(t, first.Data, 2)
	second, err := s.ListEnvironments(t.Context(), contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 2, Cursor: *first.NextCursor}})
	require.NoError(t, err)
	require.Len(t, second.Data, 1)
	require.Nil(t, second.NextCursor)
	require.False(t, second.Data[0].CreatedAt.After(first.Data[1].CreatedAt))
}

func TestAnAccountHasAtMostAHundredEnvironments(t *testing.T) {
	s, admin, account, _ := setupTwoAccounts(t)
	require.NoError(t, admin.Exec(`INSERT INTO auth.environments (id, account_id, name, type) SELECT 'env_' || n, ?, 'A', 'sandbox' FROM generate_series(1, 97) n`, account).Error)
	var succeeded atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := s.CreateEnvironment(t.Context(), contract.CreateEnvironmentRequest{AccountID: account, Name: "A", Type: contract.Live})
			if err == nil {
				succeeded.Add(1)
			} else if !apierror.Has(err, apierror.ValidationFailed) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 3, succeeded.Load())
}
