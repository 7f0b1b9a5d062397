package pools_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
)

func TestAStatementAddsUpAndIsStableWhileThePoolMoves(t *testing.T) {
	w := newStatementFixture(t)
	require.NoError(t, ledger.OpenAccount(t.Context(), w.admin, account, 100_000))
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				fax := w.hold(t, w.admin, int64(1+n%7))
				settle := ledger.Capture
				if n%3 == 0 {
					settle = ledger.Release
				}
				if _, err := settle(t.Context(), w.admin, fax); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	before := []contract.Movement{}
	for range 30 {
		pool := w.open(t, thisMonth()).Pools[1]
		first := w.read(t, pool)
		require.Equal(t, first, w.read(t, pool), "read again")
		require.GreaterOrEqual(t, len(first), len(before))
		require.Equal(t, before, first[:len(before)], "earlier movements stay")
		before = first
	}
	close(done)
	wg.Wait()
	require.Greater(t, len(before), 100, "the pool has moved")
	require.True(t, slices.IsSortedFunc(before, func(a, b contract.Movement) int { return a.CreatedAt.Compare(b.CreatedAt) }), "times follow the ledger's order")
}

// A movement that is uncommitted when the month ends is in the statement of that month.
func TestAStatementWaitsForUncommittedMovements(t *testing.T) {
	w := newStatementFixture(t)
	require.NoError(t, ledger.OpenAccount(t.Context(), w.admin, account, 1000))
	tx := w.admin.Begin()
	defer tx.Rollback()
	fax := w.hold(t, tx, 6)
	opened := make(chan contract.Statement, 1)
	go func() {
		made, err := w.OpenStatement(t.Context(), contract.OpenStatementRequest{AccountID: account, Month: thisMonth()})
		if err != nil {
			t.Error(err)
		}
		opened <- made
	}()
	require.Eventually(t, func() bool {
		var waiting int
		require.NoError(t, w.admin.Raw(`SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%statement_bounds%'`).Scan(&waiting).Error)
		return waiting == 1
	}, 10*time.Second, 5*time.Millisecond)
	require.NoError(t, tx.Commit().Error)
	movements := w.read(t, (<-opened).Pools[1])
	require.Len(t, movements, 2)
	require.Equal(t, fax, *movements[1].FaxID)
}

// A transaction that began first but locked the pool second is later.
func TestTheTimeOfAMovementIsTakenUnderThePoolsLock(t *testing.T) {
	w := newStatementFixture(t)
	require.NoError(t, ledger.OpenAccount(t.Context(), w.admin, account, 1000))
	early := w.admin.Begin()
	defer early.Rollback()
	require.NoError(t, early.Exec(`SELECT now()`).Error)
	first := w.hold(t, w.admin, 6)
	second := w.hold(t, early, 6)
	require.NoError(t, early.Commit().Error)
	movements := w.read(t, w.open(t, thisMonth()).Pools[1])
	require.Len(t, movements, 3)
	require.Equal(t, []string{first, second}, []string{*movements[1].FaxID, *movements[2].FaxID})
	require.True(t, movements[1].CreatedAt.Before(movements[2].CreatedAt))
}

// Movements from before times were taken under the lock may be out of order at the turn of a month.
func TestTimesOutOfOrderPutEachMovementIntoOneMonth(t *testing.T) {
	w := newStatementFixture(t)
	w.adjust(t, account, contract.Live, 1, "2021-02-01 00:00:00.5+00", "one")
	w.adjust(t, account, contract.Live, 2, "2021-01-31 23:59:59.5+00", "two")
	w.adjust(t, account, contract.Live, 4, "2021-02-01 00:00:00.1+00", "three")
	january, february := w.open(t, "2021-01").Pools[0], w.open(t, "2021-02").Pools[0]
	require.Equal(t, january.Closing, february.Opening)
	require.Len(t, w.read(t, january), 2)
	require.Len(t, w.read(t, february), 1)
}
