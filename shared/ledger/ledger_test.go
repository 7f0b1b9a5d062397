package ledger_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

const seed = 100

// bench is an account with a seeded sandbox pool, seen as the wallet service sees it.
type bench struct {
	ctx     context.Context
	wallet  *gorm.DB
	admin   *gorm.DB
	account string
}

func setup(t *testing.T) bench {
	d := pgtest.New(t)
	b := bench{ctx: t.Context(), wallet: d.Open(t, "wallet"), admin: d.Admin(t), account: ids.New(ids.Account)}
	require.NoError(t, b.admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', 'a@example.com')`, b.account).Error)
	auth := d.Open(t, "auth")
	require.NoError(t, ledger.OpenAccount(t.Context(), auth, b.account, seed))
	t.Cleanup(func() { requireInvariants(t, b.admin) })
	return b
}

func (b bench) request(amount int64) contract.PlaceHoldRequest {
	return contract.PlaceHoldRequest{
		Reference: ids.New(ids.Fax), AccountID: b.account, EnvironmentID: "env_1", BalanceType: contract.Sandbox, Amount: amount,
	}
}

func (b bench) pool(t *testing.T) ledger.Pool {
	var pool ledger.Pool
	require.NoError(t, b.admin.Raw(`SELECT available, held FROM wallet.pools WHERE account_id = ? AND balance_type = 'sandbox'`, b.account).Scan(&pool).Error)
	return pool
}

func TestSeedingIsIdempotent(t *testing.T) {
	b := setup(t)
	require.NoError(t, ledger.OpenAccount(b.ctx, b.admin, b.account, seed))
	require.Equal(t, ledger.Pool{Available: seed}, b.pool(t))
}

func TestAHoldIsCapturedOrReleasedOnce(t *testing.T) {
	b := setup(t)
	captured, released := b.request(30), b.request(20)
	for range 2 { // a repetition changes nothing
		hold, err := ledger.Hold(b.ctx, b.wallet, captured)
		require.NoError(t, err)
		require.Equal(t, contract.Hold{Amount: 30, Available: 70, Held: 30}, hold)
	}
	_, err := ledger.Hold(b.ctx, b.wallet, released)
	require.NoError(t, err)
	require.Equal(t, ledger.Pool{Available: 50, Held: 50}, b.pool(t))
	for range 2 {
		_, err = ledger.Capture(b.ctx, b.wallet, captured.Reference)
		require.NoError(t, err)
		_, err = ledger.Release(b.ctx, b.wallet, released.Reference)
		require.NoError(t, err)
	}
	require.Equal(t, ledger.Pool{Available: 70}, b.pool(t))
	requireOutcome(t, "conflict", second(ledger.Release(b.ctx, b.wallet, captured.Reference)))
	requireOutcome(t, "conflict", second(ledger.Capture(b.ctx, b.wallet, released.Reference)))
	requireOutcome(t, "unknown", second(ledger.Capture(b.ctx, b.wallet, "fax_none")))
	require.Equal(t, ledger.Pool{Available: 70}, b.pool(t))
}

func TestInsufficientBalanceChangesNothing(t *testing.T) {
	b := setup(t)
	r := b.request(seed + 1)
	_, err := ledger.Hold(b.ctx, b.wallet, r)
	var refusal *apierror.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, apierror.InsufficientBalance, refusal.Code)
	require.Equal(t, map[string]any{"available": int64(seed), "required": int64(seed + 1)}, refusal.Context)
	r.Amount = seed
	_, err = ledger.Hold(b.ctx, b.wallet, r)
	require.NoError(t, err, "a refused hold must not use up its reference")
}

func TestALiveHoldIsRefusedBeforeActivation(t *testing.T) {
	b := setup(t)
	r := b.request(1)
	r.BalanceType = contract.Live
	_, err := ledger.Hold(b.ctx, b.wallet, r)
	require.True(t, apierror.Has(err, apierror.AccountNotActivated), "%v", err)
}

func TestHoldAfterItsVoidIsRefused(t *testing.T) {
	b := setup(t)
	r := b.request(10)
	void := contract.VoidHoldRequest{Reference: r.Reference, AccountID: r.AccountID, EnvironmentID: r.EnvironmentID, BalanceType: r.BalanceType}
	for range 2 {
		_, err := ledger.Void(b.ctx, b.wallet, void)
		require.NoError(t, err)
	}
	requireOutcome(t, "voided", second(ledger.Hold(b.ctx, b.wallet, r)))
	require.Equal(t, ledger.Pool{Available: seed}, b.pool(t))
}

func TestAVoidUndoesAPlacedHold(t *testing.T) {
	b := setup(t)
	r := b.request(10)
	require.NoError(t, second(ledger.Hold(b.ctx, b.wallet, r)))
	void := contract.VoidHoldRequest{Reference: r.Reference, AccountID: r.AccountID, EnvironmentID: r.EnvironmentID, BalanceType: r.BalanceType}
	require.NoError(t, second(ledger.Void(b.ctx, b.wallet, void)))
	require.Equal(t, ledger.Pool{Available: seed}, b.pool(t))
	requireOutcome(t, "conflict", second(ledger.Capture(b.ctx, b.wallet, r.Reference)))
}

func TestAReferenceIsBoundToItsFields(t *testing.T) {
	b := setup(t)
	r := b.request(10)
	require.NoError(t, second(ledger.Hold(b.ctx, b.wallet, r)))
	r.Amount = 11
	requireOutcome(t, "mismatch", second(ledger.Hold(b.ctx, b.wallet, r)))
}

func TestConcurrentHoldsNeverOverdraw(t *testing.T) {
	b := setup(t)
	var accepted atomic.Int64
	var wg sync.WaitGroup
	for range 60 {
		wg.Go(func() {
			_, err := ledger.Hold(b.ctx, b.wallet, b.request(4))
			if err == nil {
				accepted.Add(1)
			} else if !apierror.Has(err, apierror.InsufficientBalance) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, seed/4, accepted.Load())
	require.Equal(t, ledger.Pool{Available: 0, Held: seed}, b.pool(t))
}

func TestRacingResolutionsResolveOnce(t *testing.T) {
	b := setup(t)
	for range 20 {
		r := b.request(5)
		require.NoError(t, second(ledger.Hold(b.ctx, b.wallet, r)))
		var done atomic.Int64
		var wg sync.WaitGroup
		for _, resolve := range []func(context.Context, *gorm.DB, string) (ledger.Pool, error){ledger.Release, ledger.Release, ledger.Capture} {
			wg.Go(func() {
				err := postgres.InTx(b.ctx, b.wallet, func(tx *gorm.DB) error { return second(resolve(b.ctx, tx, r.Reference)) })
				var refused *ledger.OutcomeError
				if err == nil {
					done.Add(1)
				} else if !errors.As(err, &refused) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.Contains(t, []int64{1, 2}, done.Load()) // the capture alone, or both releases
	}
	require.Zero(t, b.pool(t).Held)
}

func second[T any](_ T, err error) error { return err }

func requireOutcome(t *testing.T, want string, err error) {
	t.Helper()
	var refused *ledger.OutcomeError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, want, refused.Outcome)
}

// requireInvariants checks the invariants of a ledger without running operations.
func requireInvariants(t *testing.T, admin *gorm.DB) {
	t.Helper()
	for promise, query := range map[string]string{
		"every transaction sums to zero": `SELECT count(*) FROM (SELECT FROM wallet.entries GROUP BY transaction_id HAVING sum(amount) <> 0) x`,
		"every pool equals its entries": `SELECT count(*) FROM wallet.pools p
			WHERE p.available <> (SELECT coalesce(sum(amount), 0) FROM wallet.entries e WHERE (e.account_id, e.balance_type, e.ledger_account) = (p.account_id, p.balance_type, 'available'))
			   OR p.held <> (SELECT coalesce(sum(amount), 0) FROM wallet.entries e WHERE (e.account_id, e.balance_type, e.ledger_account) = (p.account_id, p.balance_type, 'held'))`,
		"owed is what is receivable": `SELECT count(*) FROM wallet.pools p
			WHERE p.owed <> (SELECT coalesce(-sum(amount), 0) FROM wallet.entries e WHERE (e.account_id, e.balance_type, e.ledger_account) = (p.account_id, p.balance_type, 'receivable'))`,
		"nothing is available while something is owed": `SELECT count(*) FROM wallet.pools WHERE owed > 0 AND available > 0`,
		"held is the sum of open holds": `SELECT count(*) FROM wallet.pools p
			WHERE p.held <> (SELECT coalesce(sum(amount), 0) FROM wallet.holds h WHERE (h.account_id, h.balance_type) = (p.account_id, p.balance_type) AND h.state = 'open')`,
		"the proof finds nothing": `SELECT count(*) FROM wallet.differences`,
	} {
		var violations int
		require.NoError(t, admin.WithContext(context.Background()).Raw(query).Scan(&violations).Error)
		require.Zero(t, violations, promise)
	}
}
