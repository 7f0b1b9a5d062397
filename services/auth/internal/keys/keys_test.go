package keys_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/auth/internal/keys"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

type fixture struct {
	keys                   *keys.Service
	admin                  *gorm.DB
	account, sandbox, live string
}

func newFixture(t *testing.T) fixture {
	d := pgtest.New(t)
	f := fixture{
		keys: keys.New(d.Open(t, "auth"), keys.Pepper(strings.Repeat("p", 32))), admin: d.Admin(t),
		account: ids.New(ids.Account), sandbox: ids.New(ids.Environment), live: ids.New(ids.Environment),
	}
	require.NoError(t, f.admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', 'a@example.com')`, f.account).Error)
	require.NoError(t, f.admin.Exec(`INSERT INTO auth.environments (id, account_id, name, type) VALUES (?, ?, 'S', 'sandbox'), (?, ?, 'L', 'live')`,
		f.sandbox, f.account, f.live, f.account).Error)
	return f
}

func (f fixture) create(t *testing.T, r contract.CreateKeyRequest) contract.Key {
	t.Helper()
	r.AccountID = f.account
	key, err := f.keys.Create(t.Context(), r)
	require.NoError(t, err)
	return key
}

func (f fixture) page(t *testing.T, cursor string, limit int) contract.List[contract.Key] {
	t.Helper()
	list, err := f.keys.List(t.Context(), contract.ListOwnedRequest{AccountID: f.account, Page: contract.Page{Cursor: cursor, Limit: limit}})
	require.NoError(t, err)
	return list
}

func TestAKeyHasItsEnvironmentsKindAndItsSecretIsReturnedOnce(t *testing.T) {
	f := newFixture(t)
	for kind, r := range map[contract.Kind]contract.CreateKeyRequest{
		contract.KindTest:    {Name: " ci ", EnvironmentID: f.sandbox},
		contract.KindLive:    {Name: "ci", EnvironmentID: f.live, Kind: contract.KindLive},
		contract.KindAccount: {Name: "ci", Kind: contract.KindAccount},
	} {
		key := f.create(t, r)
		require.Equal(t, kind, key.Kind)
		require.Equal(t, "ci", key.Name)
		require.True(t, strings.HasSuffix(key.Secret, key.Last4))
		require.Equal(t, kind == contract.KindAccount, key.EnvironmentID == nil)
		parsed, err := ids.ParseAPIKey(key.Secret)
		require.NoError(t, err)
		require.Equal(t, kind, parsed)
	}
	for _, key := range f.page(t, "", 10).Data {
		require.Empty(t, key.Secret)
	}
}

func TestInvalidKeysAreRejectedByField(t *testing.T) {
	f := newFixture(t)
	for field, requests := range map[string][]contract.CreateKeyRequest{
		"name": {
			{EnvironmentID: f.sandbox},
			{Name: "  ", EnvironmentID: f.sandbox},
			{Name: "a\x00", EnvironmentID: f.sandbox},
			{Name: strings.Repeat("n", 256), EnvironmentID: f.sandbox},
		},
		"environment_id": {{Name: "n"}, {Name: "n", Kind: contract.KindLive}, {Name: "n", EnvironmentID: f.sandbox, Kind: contract.KindAccount}},
		"kind":           {{Name: "n", EnvironmentID: f.sandbox, Kind: contract.KindLive}, {Name: "n", EnvironmentID: f.sandbox, Kind: "root"}},
	} {
		for _, r := range requests {
			r.AccountID = f.account
			_, err := f.keys.Create(t.Context(), r)
			var refusal *apierror.Error
			require.ErrorAs(t, err, &refusal, "%+v", r)
			require.Contains(t, refusal.Context["errors"], field, "%+v", r)
		}
	}
	require.Empty(t, f.page(t, "", 10).Data)
}

func TestUnknownAndMalformedIDsAreNotFound(t *testing.T) {
	f := newFixture(t)
	for _, id := range []string{"", "x", "key_", "key_\x00", ids.New(ids.Key), ids.New(ids.Environment), strings.Repeat("k", 5000)} {
		_, err := f.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: f.account, ID: id})
		require.True(t, apierror.Has(err, apierror.NotFound), "%q: %v", id, err)
		_, err = f.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: f.account, ID: id})
		require.True(t, apierror.Has(err, apierror.NotFound), "%q: %v", id, err)
		if id != "" {
			_, err = f.keys.Create(t.Context(), contract.CreateKeyRequest{AccountID: f.account, Name: "n", EnvironmentID: id})
			require.True(t, apierror.Has(err, apierror.NotFound), "%q: %v", id, err)
		}
	}
}

func TestOverlapsOfMoreThanAWeekAreRejected(t *testing.T) {
	f := newFixture(t)
	key := f.create(t, contract.CreateKeyRequest{Name: "n", EnvironmentID: f.sandbox})
	for _, seconds := range []int{-1, 604801} {
		_, err := f.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: f.account, ID: key.ID, OverlapSeconds: seconds})
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%d: %v", seconds, err)
	}
	_, err := f.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: f.account, ID: key.ID, OverlapSeconds: 604800})
	require.NoError(t, err)
}

func TestInactiveKeysAreNeitherListedNorFound(t *testing.T) {
	f := newFixture(t)
	revoked := f.create(t, contract.CreateKeyRequest{Name: "revoked", EnvironmentID: f.sandbox})
	expired := f.create(t, contract.CreateKeyRequest{Name: "expired", EnvironmentID: f.sandbox})
	_, err := f.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: f.account, ID: revoked.ID})
	require.NoError(t, err)
	require.NoError(t, f.admin.Exec(`UPDATE auth.keys SET expires_at = now() WHERE id = ?`, expired.ID).Error)
	require.Empty(t, f.page(t, "", 10).Data)
	for _, id := range []string{revoked.ID, expired.ID} {
		_, err := f.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: f.account, ID: id})
		require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
		_, err = f.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: f.account, ID: id, OverlapSeconds: 60})
		require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
	}
}

func TestOfConcurrentRotationsWithoutOverlapOneSucceeds(t *testing.T) {
	f := newFixture(t)
	key := f.create(t, contract.CreateKeyRequest{Name: "n", EnvironmentID: f.sandbox})
	var succeeded atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := f.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: f.account, ID: key.ID})
			if err == nil {
				succeeded.Add(1)
			} else if !apierror.Has(err, apierror.NotFound) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, succeeded.Load())
	require.Len(t, f.page(t, "", 10).Data, 1)
}

func TestPagesListEveryKeyOnceNewestFirst(t *testing.T) {
	f := newFixture(t)
	for range 7 {
		f.create(t, contract.CreateKeyRequest{Name: "n", EnvironmentID: f.sandbox})
	}
	require.NoError(t, f.admin.Exec(`UPDATE auth.keys SET created_at = '2026-01-01'`).Error, "also if created at the same moment")
	seen := map[string]bool{}
	cursor, last := "", "~"
	for {
		list := f.page(t, cursor, 3)
		for _, key := range list.Data {
			require.False(t, seen[key.ID])
			require.Less(t, key.ID, last)
			seen[key.ID], last = true, key.ID
		}
		if list.NextCursor == nil {
			break
		}
		cursor = *list.NextCursor
	}
	require.Len(t, seen, 7)
	for _, page := range []contract.Page{{Limit: 0}, {Limit: 101}, {Limit: 10, Cursor: "x"}} {
		_, err := f.keys.List(t.Context(), contract.ListOwnedRequest{AccountID: f.account, Page: page})
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%+v: %v", page, err)
	}
}

func TestAnAccountHasAtMostTwoHundredKeys(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.admin.Exec(`
		INSERT INTO auth.keys (id, account_id, kind, name, digest, last4)
		SELECT 'key_' || lpad(n::text, 22, '0'), ?, 'account', 'n', sha256(n::text::bytea), '0000' FROM generate_series(1, 195) n`, f.account).Error)
	var made atomic.Int64
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			_, err := f.keys.Create(t.Context(), contract.CreateKeyRequest{AccountID: f.account, Name: "n", Kind: contract.KindAccount})
			if err == nil {
				made.Add(1)
			} else if !apierror.Has(err, apierror.ValidationFailed) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 5, made.Load())
}
