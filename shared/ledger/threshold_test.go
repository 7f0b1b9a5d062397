package ledger_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
)

// told returns the outbox messages of a name, in order.
func told[T contract.Validator](t *testing.T, b bench, name contract.Event[T]) []T {
	t.Helper()
	var rows []struct{ MessageID, Body string }
	require.NoError(t, b.admin.Raw(`SELECT message_id, body FROM wallet.outbox WHERE kind = 'event' AND name = ? ORDER BY id`, string(name)).Scan(&rows).Error)
	all := make([]T, len(rows))
	for i, row := range rows {
		require.True(t, ids.Valid(ids.Event, row.MessageID), row.MessageID)
		require.NoError(t, json.Unmarshal([]byte(row.Body), &all[i]))
		require.NoError(t, all[i].Validate())
	}
	return all
}

func (b bench) holdLive(t *testing.T, credits int64) string {
	t.Helper()
	r := b.request(credits)
	r.BalanceType = contract.Live
	require.NoError(t, second(ledger.Hold(b.ctx, b.wallet, r)))
	return r.Reference
}

func (b bench) warnAt(t *testing.T, threshold int64) {
	t.Helper()
	require.NoError(t, ledger.SetLowBalance(b.ctx, b.wallet, b.account, &threshold))
}

func (b bench) low(t *testing.T) int { t.Helper(); return len(told(t, b, contract.BalanceLow)) }

func TestFiftyConcurrentHoldsBelowTheThresholdPublishOnce(t *testing.T) {
	b := setup(t)
	b.mustBuy(t, 1000, 1000)
	b.warnAt(t, 500)
	var holding sync.WaitGroup
	for range 50 {
		holding.Go(func() {
			r := b.request(20)
			r.BalanceType = contract.Live
			if _, err := ledger.Hold(b.ctx, b.wallet, r); err != nil {
				t.Error(err)
			}
		})
	}
	holding.Wait()
	require.Equal(t, live{Held: 1000}, b.live(t))
	events := told(t, b, contract.BalanceLow)
	require.Len(t, events, 1)
	require.WithinDuration(t, time.Now(), events[0].At, time.Minute)
	events[0].At = time.Time{}
	require.Equal(t, contract.BalanceLowEvent{AccountID: b.account, BalanceType: contract.Live, Available: 480, Threshold: 500}, events[0])
}

func TestPurchaseRearmsTheWarningAndReleaseDoesNot(t *testing.T) {
	b := setup(t)
	b.mustBuy(t, 1000, 1000)
	b.warnAt(t, 500)
	b.holdLive(t, 500)
	require.Zero(t, b.low(t), "what is exactly there is not below")
	for range 3 {
		require.NoError(t, second(ledger.Release(b.ctx, b.wallet, b.holdLive(t, 1))))
	}
	require.Equal(t, 1, b.low(t))
	b.spend(t, 200)
	b.mustBuy(t, 100, 199)
	b.holdLive(t, 10)
	require.Equal(t, 1, b.low(t), "499 are not enough to warn again")
	b.mustBuy(t, 100, 11)
	b.holdLive(t, 1)
	require.Equal(t, 2, b.low(t))
}

func TestReversalWarnsAndReturnedMoneyRearms(t *testing.T) {
	b := setup(t)
	payment := b.mustBuy(t, 1000, 1000)
	b.warnAt(t, 500)
	require.NoError(t, b.reverse(contract.TransactionDispute, "dp_1", payment, 600))
	require.Equal(t, 1, b.low(t))
	require.NoError(t, b.reverse(contract.TransactionRefund, "re_1", payment, 100))
	require.Equal(t, 1, b.low(t))
	require.NoError(t, b.reverse(contract.TransactionDispute, "dp_1:part", payment, -100))
	b.holdLive(t, 1)
	require.Equal(t, 1, b.low(t), "400 are not enough to warn again")
	require.NoError(t, b.reverse(contract.TransactionDispute, "dp_1:won", payment, -500))
	b.holdLive(t, 400)
	require.Equal(t, 2, b.low(t))
}

func TestThresholdAboveTheBalancePublishesAtOnceAndOnce(t *testing.T) {
	b := setup(t)
	b.mustBuy(t, 1000, 1000)
	for range 2 {
		b.warnAt(t, 1001)
	}
	b.holdLive(t, 1)
	require.Equal(t, 1, b.low(t))
	b.warnAt(t, 1002)
	require.Equal(t, 2, b.low(t), "another threshold is another wish")
	require.NoError(t, ledger.SetLowBalance(b.ctx, b.wallet, b.account, nil))
	b.holdLive(t, 900)
	require.Equal(t, 2, b.low(t))
	b.mustBuy(t, 100, 100)
}

func TestNoWarningWithoutThresholdForRefusedHoldsOrTheSandbox(t *testing.T) {
	b := setup(t)
	b.mustBuy(t, 1000, 1000)
	b.spend(t, 500)
	b.warnAt(t, 400)
	refused := b.request(501)
	refused.BalanceType = contract.Live
	require.Error(t, second(ledger.Hold(b.ctx, b.wallet, refused)))
	require.NoError(t, second(ledger.Hold(b.ctx, b.wallet, b.request(seed))))
	var rows int
	require.NoError(t, b.admin.Raw(`SELECT count(*) FROM wallet.outbox`).Scan(&rows).Error)
	require.Zero(t, rows)
}
