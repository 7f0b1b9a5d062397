package check_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"pgregory.net/rapid"

	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/services/auth/internal/keys"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

const (
	account = "acct_1"
	sandbox = "env_00000000000000000000ss"
	live    = "env_00000000000000000000ll"
)

type fixture struct {
	db, admin *gorm.DB
	checker   *check.Checker
	used      *check.LastUsed
	keys      *keys.Service
}

func newFixture(t *testing.T) fixture {
	d := pgtest.New(t)
	f := fixture{db: d.Open(t, "auth"), admin: d.Admin(t)}
	pepper := keys.Pepper(strings.Repeat("p", 32))
	for _, statement := range []string{
		`INSERT INTO auth.accounts (id, name, email) VALUES ('acct_1', 'A', 'a@example.com'), ('acct_2', 'B', 'b@example.com')`,
		`INSERT INTO auth.environments (id, account_id, name, type) VALUES ('` + sandbox + `', 'acct_1', 'Sandbox', 'sandbox'), ('` + live + `', 'acct_1', 'Live', 'live')`,
		`SELECT wallet.open_account('acct_1')`,
	} {
		require.NoError(t, f.admin.Exec(statement).Error)
	}
	pool, err := f.db.DB()
	require.NoError(t, err)
	f.used = check.NewLastUsed(pool, slog.New(slog.DiscardHandler))
	f.checker, err = check.New(t.Context(), pool, pepper, f.used, prometheus.NewRegistry())
	require.NoError(t, err)
	f.keys = keys.New(f.db, pepper)
	return f
}

func (f fixture) mint(t *testing.T, r contract.CreateKeyRequest) contract.Key {
	t.Helper()
	r.AccountID, r.Name = account, "k"
	key, err := f.keys.Create(t.Context(), r)
	require.NoError(t, err)
	return key
}

func (f fixture) ask(t *testing.T, secrets ...string) []contract.Verdict {
	t.Helper()
	var digests [][]byte
	for _, secret := range secrets {
		sha := ids.DigestAPIKey(secret)
		digests = append(digests, sha[:])
	}
	reply, err := f.checker.CheckKeys(t.Context(), contract.CheckKeysRequest{Digests: digests})
	require.NoError(t, err)
	return reply.Verdicts
}

func TestVerdictsAreInTheOrderOfTheRequestAlsoForRepeatedKeys(t *testing.T) {
	f := newFixture(t)
	test := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	production := f.mint(t, contract.CreateKeyRequest{EnvironmentID: live})
	acct := f.mint(t, contract.CreateKeyRequest{Kind: contract.KindAccount})
	verdicts := f.ask(t, production.Secret, ids.NewAPIKey(contract.KindTest), test.Secret, acct.Secret, test.Secret)
	require.Equal(t, apierror.AccountNotActivated, verdicts[0].Refusal)
	require.Equal(t, contract.KindLive, verdicts[0].Kind)
	require.Equal(t, contract.Verdict{Refusal: apierror.APIKeyInvalid}, verdicts[1])
	require.Empty(t, verdicts[2].Refusal)
	require.Equal(t, sandbox, verdicts[2].Environment.ID)
	require.Empty(t, verdicts[3].Refusal)
	require.Nil(t, verdicts[3].Environment)
	require.Equal(t, verdicts[2], verdicts[4])
}

func TestARevokedKeyIsRefusedByTheNextCheck(t *testing.T) {
	f := newFixture(t)
	for range 20 {
		key := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
		require.Empty(t, f.ask(t, key.Secret)[0].Refusal)
		_, err := f.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: account, ID: key.ID})
		require.NoError(t, err)
		require.Equal(t, apierror.APIKeyInvalid, f.ask(t, key.Secret)[0].Refusal)
	}
}

func TestARotatedKeyIsValidForItsOverlap(t *testing.T) {
	f := newFixture(t)
	old := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	fresh, err := f.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: account, ID: old.ID, OverlapSeconds: 600})
	require.NoError(t, err)
	verdicts := f.ask(t, old.Secret, fresh.Secret)
	require.Empty(t, verdicts[0].Refusal)
	require.Empty(t, verdicts[1].Refusal)
	_, err = f.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: account, ID: old.ID, OverlapSeconds: 604800})
	require.NoError(t, err)
	var left float64
	require.NoError(t, f.admin.Raw(`SELECT extract(epoch FROM expires_at - now()) FROM auth.keys WHERE id = ?`, old.ID).Scan(&left).Error)
	require.LessOrEqual(t, left, 600.0, "rotating again must not extend a key")
	_, err = f.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: account, ID: fresh.ID})
	require.NoError(t, err)
	require.Equal(t, apierror.APIKeyInvalid, f.ask(t, fresh.Secret)[0].Refusal, "without an overlap the old key ends at once")
}

func TestAnotherAccountsKeysAndEnvironmentsAreNotFound(t *testing.T) {
	f := newFixture(t)
	key := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	_, err := f.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: "acct_2", ID: key.ID})
	require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
	_, err = f.keys.Rotate(t.Context(), contract.RotateKeyRequest{AccountID: "acct_2", ID: key.ID})
	require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
	_, err = f.keys.Create(t.Context(), contract.CreateKeyRequest{AccountID: "acct_2", Name: "k", EnvironmentID: sandbox})
	require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
	require.Empty(t, f.ask(t, key.Secret)[0].Refusal)
}

func TestAVerdictDoesNotDependOnTheBatch(t *testing.T) {
	f := newFixture(t)
	dead := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	_, err := f.keys.Revoke(t.Context(), contract.OwnedRequest{AccountID: account, ID: dead.ID})
	require.NoError(t, err)
	secrets := []string{
		f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox}).Secret, f.mint(t, contract.CreateKeyRequest{EnvironmentID: live}).Secret,
		f.mint(t, contract.CreateKeyRequest{Kind: contract.KindAccount}).Secret, dead.Secret, ids.NewAPIKey(contract.KindLive),
	}
	alone := map[string]contract.Verdict{}
	for _, secret := range secrets {
		alone[secret] = f.ask(t, secret)[0]
	}
	rapid.Check(t, func(rt *rapid.T) {
		batch := rapid.SliceOfN(rapid.SampledFrom(secrets), 1, contract.MaxCheckBatch).Draw(rt, "batch")
		for i, verdict := range f.ask(t, batch...) {
			require.Equal(rt, alone[batch[i]], verdict)
		}
	})
}

// activate writes what the first purchase of the account writes.
func (f fixture) activate(t *testing.T) {
	t.Helper()
	require.NoError(t, f.admin.Transaction(func(tx *gorm.DB) error {
		for _, statement := range []string{
			`INSERT INTO billing.checkouts (id, account_id, mode, package_id, amount, credits, currency, livemode, stripe_session_id, state) VALUES ('chk_1', 'acct_1', 'payment', 'starter', 1000, 1000, 'usd', false, 'cs_1', 'complete')`,
			`INSERT INTO billing.payments (id, account_id, checkout_id, stripe_payment_intent_id, package_id, amount, credits, currency, livemode, status, activates) VALUES ('pay_1', 'acct_1', 'chk_1', 'pi_1', 'starter', 1000, 1000, 'usd', false, 'succeeded', true)`,
			`SELECT wallet.purchase('txn_1', 'pay_1', 'acct_1', 1000, 1000, 'Starter')`,
			`UPDATE auth.accounts SET activated_at = now() WHERE id = 'acct_1'`,
		} {
			if err := tx.Exec(statement).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestALiveKeyPassesFromTheFirstCheckAfterActivation(t *testing.T) {
	f := newFixture(t)
	key := f.mint(t, contract.CreateKeyRequest{EnvironmentID: live})
	require.Equal(t, apierror.AccountNotActivated, f.ask(t, key.Secret)[0].Refusal)
	f.activate(t)
	verdict := f.ask(t, key.Secret)[0]
	require.Empty(t, verdict.Refusal)
	require.Equal(t, live, verdict.Environment.ID)
	require.Equal(t, contract.Live, verdict.Environment.Type)
}

func TestAuthsDatabaseRoleCannotActivateAnAccount(t *testing.T) {
	f := newFixture(t)
	for _, statement := range []string{
		`UPDATE auth.accounts SET activated_at = now()`,
		`INSERT INTO auth.accounts (id, name, email, activated_at) VALUES ('acct_3', 'C', 'c@example.com', now())`,
	} {
		require.ErrorContains(t, f.db.Exec(statement).Error, "(SQLSTATE 42501)")
	}
}

func TestAnExpiredKeyIsRefusedByTheDatabasesClock(t *testing.T) {
	f := newFixture(t)
	key := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	require.NoError(t, f.admin.Exec(`UPDATE auth.keys SET expires_at = now()`).Error)
	require.Equal(t, contract.Verdict{Refusal: apierror.APIKeyInvalid}, f.ask(t, key.Secret)[0])
}

func TestAStoredDigestIsNoKey(t *testing.T) {
	f := newFixture(t)
	key := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	var digest []byte
	require.NoError(t, f.admin.Raw(`SELECT digest FROM auth.keys`).Row().Scan(&digest))
	sha := ids.DigestAPIKey(key.Secret)
	require.NotEqual(t, sha[:], digest)
	reply, err := f.checker.CheckKeys(t.Context(), contract.CheckKeysRequest{Digests: [][]byte{digest}})
	require.NoError(t, err)
	require.Equal(t, apierror.APIKeyInvalid, reply.Verdicts[0].Refusal)
}

func TestADatabaseErrorIsNoVerdict(t *testing.T) {
	f := newFixture(t)
	key := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	sha := ids.DigestAPIKey(key.Secret)
	_, err := f.checker.CheckKeys(ctx, contract.CheckKeysRequest{Digests: [][]byte{sha[:]}})
	require.Error(t, err)
	require.False(t, apierror.Has(err, apierror.APIKeyInvalid))
}
