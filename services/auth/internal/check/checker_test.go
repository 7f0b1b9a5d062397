package check_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/auth/internal/accountkeys"
	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/keys"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

const account = "acct_1"

type bench struct {
	db, admin *gorm.DB
	checker   *check.Checker
	used      *check.LastUsed
	keys      *accountkeys.Service
}

func setup(t *testing.T) bench {
	d := pgtest.New(t)
	b := bench{db: d.Open(t, "auth"), admin: d.Admin(t)}
	pepper := check.Pepper(strings.Repeat("p", 32))
	for _, statement := range []string{
		`INSERT INTO auth.accounts (id, name, email) VALUES ('acct_1', 'A', 'a@example.com'), ('acct_2', 'B', 'b@example.com')`,
		`INSERT INTO auth.environments (id, account_id, name, type) VALUES ('env_s', 'acct_1', 'Sandbox', 'sandbox'), ('env_l', 'acct_1', 'Live', 'live')`,
	} {
		require.NoError(t, b.admin.Exec(statement).Error)
	}
	pool, err := b.db.DB()
	require.NoError(t, err)
	b.used = check.NewLastUsed(pool, slog.New(slog.DiscardHandler))
	b.checker, err = check.New(t.Context(), pool, pepper, b.used)
	require.NoError(t, err)
	b.keys = accountkeys.New(b.db, pepper)
	return b
}

func (b bench) mint(t *testing.T, r contract.CreateKeyRequest) contract.Key {
	t.Helper()
	r.AccountID, r.Name = account, "k"
	key, err := b.keys.Create(t.Context(), r)
	require.NoError(t, err)
	return key
}

func (b bench) ask(t *testing.T, secrets ...string) []contract.Verdict {
	t.Helper()
	var digests [][]byte
	for _, secret := range secrets {
		sha := keys.Digest(secret)
		digests = append(digests, sha[:])
	}
	reply, err := b.checker.CheckKeys(t.Context(), contract.CheckKeysRequest{Digests: digests})
	require.NoError(t, err)
	return reply.Verdicts
}

func TestVerdictsComeInTheOrderAskedAlsoForRepeats(t *testing.T) {
	b := setup(t)
	test := b.mint(t, contract.CreateKeyRequest{EnvironmentID: "env_s"})
	live := b.mint(t, contract.CreateKeyRequest{EnvironmentID: "env_l"})
	acct := b.mint(t, contract.CreateKeyRequest{Kind: contract.KindAccount})
	verdicts := b.ask(t, live.Secret, keys.Mint(contract.KindTest), test.Secret, acct.Secret, test.Secret)
	require.Equal(t, apierror.AccountNotActivated, verdicts[0].Refusal)
	require.Equal(t, contract.KindLive, verdicts[0].Kind)
	require.Equal(t, contract.Verdict{Refusal: apierror.APIKeyInvalid}, verdicts[1])
	require.Empty(t, verdicts[2].Refusal)
	require.Equal(t, "env_s", verdicts[2].Environment.ID)
	require.Empty(t, verdicts[3].Refusal)
	require.Nil(t, verdicts[3].Environment)
	require.Equal(t, verdicts[2], verdicts[4])
}

func TestARevokedKeyIsRefusedInTheVeryNextQuestion(t *testing.T) {
	b := setup(t)
	for range 20 {
		key := b.mint(t, contract.CreateKeyRequest{EnvironmentID: "env_s"})
		require.Empty(t, b.ask(t, key.Secret)[0].Refusal)
		_, err := b.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: account, ID: key.ID})
		require.NoError(t, err)
		require.Equal(t, apierror.APIKeyInvalid, b.ask(t, key.Secret)[0].Refusal)
	}
}

func TestARotatedKeyWorksForItsOverlapAndNoLonger(t *testing.T) {
	b := setup(t)
	old := b.mint(t, contract.CreateKeyRequest{EnvironmentID: "env_s"})
	fresh, err := b.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: account, ID: old.ID, OverlapSeconds: 600})
	require.NoError(t, err)
	verdicts := b.ask(t, old.Secret, fresh.Secret)
	require.Empty(t, verdicts[0].Refusal)
	require.Empty(t, verdicts[1].Refusal)
	_, err = b.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: account, ID: old.ID, OverlapSeconds: 604800})
	require.NoError(t, err)
	var left float64
	require.NoError(t, b.admin.Raw(`SELECT extract(epoch FROM expires_at - now()) FROM auth.keys WHERE id = ?`, old.ID).Scan(&left).Error)
	require.LessOrEqual(t, left, 600.0, "rotating again must not lengthen a key's life")
	_, err = b.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: account, ID: fresh.ID})
	require.NoError(t, err)
	require.Equal(t, apierror.APIKeyInvalid, b.ask(t, fresh.Secret)[0].Refusal, "without an overlap the old key ends at once")
}

func TestAnotherAccountsKeysAndEnvironmentsAreNotFound(t *testing.T) {
	b := setup(t)
	key := b.mint(t, contract.CreateKeyRequest{EnvironmentID: "env_s"})
	_, err := b.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: "acct_2", ID: key.ID})
	require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
	_, err = b.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: "acct_2", ID: key.ID})
	require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
	_, err = b.keys.Create(t.Context(), contract.CreateKeyRequest{AccountID: "acct_2", Name: "k", EnvironmentID: "env_s"})
	require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
	require.Empty(t, b.ask(t, key.Secret)[0].Refusal)
}

func TestAUseIsWrittenOnceAMinute(t *testing.T) {
	b := setup(t)
	key := b.mint(t, contract.CreateKeyRequest{EnvironmentID: "env_s"})
	lastUsed := func() *time.Time {
		list, err := b.keys.List(t.Context(), contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 10}})
		require.NoError(t, err)
		return list.Data[0].LastUsedAt
	}
	b.ask(t, key.Secret)
	require.Nil(t, lastUsed(), "no write on the request path")
	b.used.Flush(t.Context())
	first := lastUsed()
	require.NotNil(t, first)
	b.ask(t, key.Secret)
	b.used.Flush(t.Context())
	require.Equal(t, first, lastUsed())
}
