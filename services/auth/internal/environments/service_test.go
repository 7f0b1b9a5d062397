package environments_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/auth/internal/environments"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func setup(t *testing.T) (service *environments.Service, admin *gorm.DB, account, stranger string) {
	d := pgtest.New(t)
	admin, account, stranger = d.Admin(t), ids.New(ids.Account), ids.New(ids.Account)
	require.NoError(t, admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', 'a@example.com'), (?, 'B', 'b@example.com')`, account, stranger).Error)
	return environments.New(d.Open(t, "auth")), admin, account, stranger
}

func TestALiveEnvironmentCanBeMadeBeforeActivation(t *testing.T) {
	s, _, account, _ := setup(t)
	made, err := s.Create(t.Context(), contract.CreateEnvironmentRequest{AccountID: account, Name: " Production ", Type: contract.Live})
	require.NoError(t, err)
	require.Equal(t, "Production", made.Name)
	require.Equal(t, contract.Live, made.Type)
	found, err := s.Get(t.Context(), contract.OwnedRequest{AccountID: account, ID: made.ID})
	require.NoError(t, err)
	require.Equal(t, made, found)
}

func TestRenamingChangesTheNameAndNothingElse(t *testing.T) {
	s, _, account, _ := setup(t)
	made, err := s.Create(t.Context(), contract.CreateEnvironmentRequest{AccountID: account, Name: "A", Type: contract.Sandbox})
	require.NoError(t, err)
	renamed, err := s.Rename(t.Context(), contract.RenameEnvironmentRequest{AccountID: account, ID: made.ID, Name: "B"})
	require.NoError(t, err)
	made.Name = "B"
	require.Equal(t, made, renamed)
}

func TestForeignAndStrangeIDsAreNotFound(t *testing.T) {
	s, _, account, stranger := setup(t)
	made, err := s.Create(t.Context(), contract.CreateEnvironmentRequest{AccountID: account, Name: "A", Type: contract.Sandbox})
	require.NoError(t, err)
	for _, asked := range []contract.OwnedRequest{
		{AccountID: stranger, ID: made.ID},
		{AccountID: account, ID: ids.New(ids.Environment)},
		{AccountID: account},
		{AccountID: account, ID: "env_\x00"},
		{AccountID: account, ID: made.ID + "x"},
	} {
		_, err := s.Get(t.Context(), asked)
		require.True(t, apierror.Has(err, apierror.NotFound), "%+v: %v", asked, err)
		_, err = s.Rename(t.Context(), contract.RenameEnvironmentRequest{AccountID: asked.AccountID, ID: asked.ID, Name: "B"})
		require.True(t, apierror.Has(err, apierror.NotFound), "%+v: %v", asked, err)
	}
}

func TestBadNamesAndTypesAreRefusedTogether(t *testing.T) {
	s, _, account, _ := setup(t)
	for _, name := range []string{"", " ", "a\x00b", "a\nb", strings.Repeat("ä", 256)} {
		_, err := s.Create(t.Context(), contract.CreateEnvironmentRequest{AccountID: account, Name: name, Type: "staging"})
		var refusal *apierror.Error
		require.ErrorAs(t, err, &refusal)
		require.Len(t, refusal.Context["errors"], 2, "%q", name)
	}
}

func TestPagesShowEveryEnvironmentOnceNewestFirst(t *testing.T) {
	s, _, account, stranger := setup(t)
	for _, owner := range []string{account, account, account, stranger} {
		_, err := s.Create(t.Context(), contract.CreateEnvironmentRequest{AccountID: owner, Name: "A", Type: contract.Sandbox})
		require.NoError(t, err)
	}
	first, err := s.List(t.Context(), contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 2}})
	require.NoError(t, err)
	require.Len(t, first.Data, 2)
	second, err := s.List(t.Context(), contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 2, Cursor: *first.NextCursor}})
	require.NoError(t, err)
	require.Len(t, second.Data, 1)
	require.Nil(t, second.NextCursor)
	require.False(t, second.Data[0].CreatedAt.After(first.Data[1].CreatedAt))
}

func TestAnAccountHasAtMostAHundredEnvironments(t *testing.T) {
	s, admin, account, _ := setup(t)
	require.NoError(t, admin.Exec(`INSERT INTO auth.environments (id, account_id, name, type) SELECT 'env_' || n, ?, 'A', 'sandbox' FROM generate_series(1, 97) n`, account).Error)
	var made atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := s.Create(t.Context(), contract.CreateEnvironmentRequest{AccountID: account, Name: "A", Type: contract.Live})
			if err == nil {
				made.Add(1)
			} else if !apierror.Has(err, apierror.ValidationFailed) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 3, made.Load())
}
