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
	keyformat "github.com/mintfax/mintfax/shared/keys"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

type bench struct {
	keys                   *keys.Service
	admin                  *gorm.DB
	account, sandbox, live string
}

func setup(t *testing.T) bench {
	d := pgtest.New(t)
	b := bench{
		keys: keys.New(d.Open(t, "auth"), keys.Pepper(strings.Repeat("p", 32))), admin: d.Admin(t),
		account: ids.New(ids.Account), sandbox: ids.New(ids.Environment), live: ids.New(ids.Environment),
	}
	require.NoError(t, b.admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', 'a@example.com')`, b.account).Error)
	require.NoError(t, b.admin.Exec(`INSERT INTO auth.environments (id, account_id, name, type) VALUES (?, ?, 'S', 'sandbox'), (?, ?, 'L', 'live')`,
		b.sandbox, b.account, b.live, b.account).Error)
	return b
}

func (b bench) create(t *testing.T, r contract.CreateKeyRequest) contract.Key {
	t.Helper()
	r.AccountID = b.account
	key, err := b.keys.Create(t.Context(), r)
	require.NoError(t, err)
	return key
}

func (b bench) page(t *testing.T, cursor string, limit int) contract.List[contract.Key] {
	t.Helper()
	list, err := b.keys.List(t.Context(), contract.ListOwnedRequest{AccountID: b.account, Page: contract.Page{Cursor: cursor, Limit: limit}})
	require.NoError(t, err)
	return list
}

func TestAKeyIsOfItsEnvironmentsKindAndShownOnce(t *testing.T) {
	b := setup(t)
	for kind, r := range map[contract.Kind]contract.CreateKeyRequest{
		contract.KindTest:    {Name: " ci ", EnvironmentID: b.sandbox},
		contract.KindLive:    {Name: "ci", EnvironmentID: b.live, Kind: contract.KindLive},
		contract.KindAccount: {Name: "ci", Kind: contract.KindAccount},
	} {
		key := b.create(t, r)
		require.Equal(t, kind, key.Kind)
		require.Equal(t, "ci", key.Name)
		require.True(t, strings.HasSuffix(key.Secret, key.Last4))
		require.Equal(t, kind == contract.KindAccount, key.EnvironmentID == nil)
		parsed, err := keyformat.Parse(key.Secret)
		require.NoError(t, err)
		require.Equal(t, kind, parsed)
	}
	for _, key := range b.page(t, "", 10).Data {
		require.Empty(t, key.Secret)
	}
}

func TestKeysThatCannotBeAreRefusedByField(t *testing.T) {
	b := setup(t)
	for field, requests := range map[string][]contract.CreateKeyRequest{
		"name": {
			{EnvironmentID: b.sandbox},
			{Name: "  ", EnvironmentID: b.sandbox},
			{Name: "a\x00", EnvironmentID: b.sandbox},
			{Name: strings.Repeat("n", 256), EnvironmentID: b.sandbox},
		},
		"environment_id": {{Name: "n"}, {Name: "n", Kind: contract.KindLive}, {Name: "n", EnvironmentID: b.sandbox, Kind: contract.KindAccount}},
		"kind":           {{Name: "n", EnvironmentID: b.sandbox, Kind: contract.KindLive}, {Name: "n", EnvironmentID: b.sandbox, Kind: "root"}},
	} {
		for _, r := range requests {
			r.AccountID = b.account
			_, err := b.keys.Create(t.Context(), r)
			var refusal *apierror.Error
			require.ErrorAs(t, err, &refusal, "%+v", r)
			require.Contains(t, refusal.Context["errors"], field, "%+v", r)
		}
	}
	require.Empty(t, b.page(t, "", 10).Data)
}

func TestStrangeIDsAreNotFound(t *testing.T) {
	b := setup(t)
	for _, id := range []string{"", "x", "key_", "key_\x00", ids.New(ids.Key), ids.New(ids.Environment), strings.Repeat("k", 5000)} {
		_, err := b.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: b.account, ID: id})
		require.True(t, apierror.Has(err, apierror.NotFound), "%q: %v", id, err)
		_, err = b.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: b.account, ID: id})
		require.True(t, apierror.Has(err, apierror.NotFound), "%q: %v", id, err)
		if id != "" {
			_, err = b.keys.Create(t.Context(), contract.CreateKeyRequest{AccountID: b.account, Name: "n", EnvironmentID: id})
			require.True(t, apierror.Has(err, apierror.NotFound), "%q: %v", id, err)
		}
	}
}

func TestOverlapsOutsideAWeekAreRefused(t *testing.T) {
	b := setup(t)
	key := b.create(t, contract.CreateKeyRequest{Name: "n", EnvironmentID: b.sandbox})
	for _, seconds := range []int{-1, 604801} {
		_, err := b.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: b.account, ID: key.ID, OverlapSeconds: seconds})
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%d: %v", seconds, err)
	}
	_, err := b.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: b.account, ID: key.ID, OverlapSeconds: 604800})
	require.NoError(t, err)
}

func TestEndedKeysAreNeitherListedNorFound(t *testing.T) {
	b := setup(t)
	revoked := b.create(t, contract.CreateKeyRequest{Name: "revoked", EnvironmentID: b.sandbox})
	expired := b.create(t, contract.CreateKeyRequest{Name: "expired", EnvironmentID: b.sandbox})
	_, err := b.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: b.account, ID: revoked.ID})
	require.NoError(t, err)
	require.NoError(t, b.admin.Exec(`UPDATE auth.keys SET expires_at = now() WHERE id = ?`, expired.ID).Error)
	require.Empty(t, b.page(t, "", 10).Data)
	for _, id := range []string{revoked.ID, expired.ID} {
		_, err := b.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: b.account, ID: id})
		require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
		_, err = b.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: b.account, ID: id, OverlapSeconds: 60})
		require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
	}
}

func TestOfManyRotationsWithoutOverlapAtOnceOneWins(t *testing.T) {
	b := setup(t)
	key := b.create(t, contract.CreateKeyRequest{Name: "n", EnvironmentID: b.sandbox})
	var won atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := b.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: b.account, ID: key.ID})
			if err == nil {
				won.Add(1)
			} else if !apierror.Has(err, apierror.NotFound) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, won.Load())
	require.Len(t, b.page(t, "", 10).Data, 1)
}

func TestPagesShowEveryKeyOnceNewestFirst(t *testing.T) {
	b := setup(t)
	for range 7 {
		b.create(t, contract.CreateKeyRequest{Name: "n", EnvironmentID: b.sandbox})
	}
	require.NoError(t, b.admin.Exec(`UPDATE auth.keys SET created_at = '2026-01-01'`).Error, "also when made at the same moment")
	seen := map[string]bool{}
	cursor, last := "", "~"
	for {
		list := b.page(t, cursor, 3)
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
		_, err := b.keys.List(t.Context(), contract.ListOwnedRequest{AccountID: b.account, Page: page})
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%+v: %v", page, err)
	}
}

func TestAnAccountHasAtMostTwoHundredKeys(t *testing.T) {
	b := setup(t)
	require.NoError(t, b.admin.Exec(`
		INSERT INTO auth.keys (id, account_id, kind, name, digest, last4)
		SELECT 'key_' || lpad(n::text, 22, '0'), ?, 'account', 'n', sha256(n::text::bytea), '0000' FROM generate_series(1, 195) n`, b.account).Error)
	var made atomic.Int64
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			_, err := b.keys.Create(t.Context(), contract.CreateKeyRequest{AccountID: b.account, Name: "n", Kind: contract.KindAccount})
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
