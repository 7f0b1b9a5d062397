package ledger_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

func (b bench) topUpAt(t *testing.T, threshold int64) {
	t.Helper()
	require.NoError(t, ledger.SetAutoTopUp(b.ctx, b.admin, b.account, &threshold))
}

func (b bench) below(t *testing.T) int { t.Helper(); return len(told(t, b, contract.BalanceBelow)) }

func TestFiftyCapturesBelowTheThresholdPublishOnce(t *testing.T) {
	b := setup(t)
	b.mustBuy(t, 1000, 1000)
	b.topUpAt(t, 500)
	var holds []string
	for range 50 {
		holds = append(holds, b.holdLive(t, 11))
	}
	require.Zero(t, b.below(t), "a hold is not spent yet")
	var capturing sync.WaitGroup
	for _, hold := range holds {
		capturing.Go(func() {
			if _, err := ledger.Capture(b.ctx, b.wallet, hold); err != nil {
				t.Error(err)
			}
		})
	}
	capturing.Wait()
	events := told(t, b, contract.BalanceBelow)
	require.Len(t, events, 1)
	require.Equal(t, contract.BalanceBelowEvent{AccountID: b.account, Available: 450, Threshold: 500, At: events[0].At}, events[0])
	require.Zero(t, b.low(t))
}

func TestTopUpThatLeavesThePoolBelowIsFollowedByAnother(t *testing.T) {
	b := setup(t)
	b.mustBuy(t, 1000, 1000)
	b.topUpAt(t, 500)
	b.spend(t, 900)
	b.spend(t, 10)
	require.Equal(t, 1, b.below(t))
	b.mustBuy(t, 100, 100)
	require.Equal(t, 1, b.below(t))
	b.spend(t, 10)
	require.Equal(t, 2, b.below(t))
}

func TestReturnedMoneyRearmsTheTopUp(t *testing.T) {
	b := setup(t)
	payment := b.mustBuy(t, 1000, 1000)
	b.topUpAt(t, 500)
	require.NoError(t, b.reverse(contract.TransactionDispute, "dp_1", payment, 800))
	require.Zero(t, b.below(t), "who takes money back is not charged for it")
	b.spend(t, 10)
	require.Equal(t, 1, b.below(t))
	require.NoError(t, b.reverse(contract.TransactionRefund, "re_1", payment, 10))
	b.spend(t, 10)
	require.Equal(t, 1, b.below(t), "nor is it told again")
	require.NoError(t, b.reverse(contract.TransactionDispute, "dp_1:won", payment, -100))
	b.spend(t, 10)
	require.Equal(t, 2, b.below(t))
}

func TestBillingRearmsTheTopUpAfterAFailedOne(t *testing.T) {
	b := setup(t)
	b.mustBuy(t, 1000, 1000)
	b.topUpAt(t, 500)
	b.spend(t, 600)
	require.NoError(t, ledger.RearmAutoTopUp(b.ctx, b.admin, b.account))
	require.Equal(t, 1, b.below(t), "the next capture tells")
	b.spend(t, 1)
	require.Equal(t, 2, b.below(t))
	b.topUpAt(t, 500)
	require.Equal(t, 3, b.below(t), "set anew, it is told at once")
	b.topUpAt(t, 100)
	b.spend(t, 1)
	require.Equal(t, 3, b.below(t))
	require.NoError(t, ledger.SetAutoTopUp(b.ctx, b.admin, b.account, nil))
	b.spend(t, 398)
	require.Equal(t, 3, b.below(t))
}

func TestPartialCaptureComparesTheThresholdAfterTheRelease(t *testing.T) {
	b := setup(t)
	b.mustBuy(t, 1000, 1000)
	b.topUpAt(t, 800)
	require.NoError(t, second(ledger.CapturePart(b.ctx, b.wallet, b.holdLive(t, 1000), 200)))
	require.Zero(t, b.below(t))
	require.NoError(t, second(ledger.CapturePart(b.ctx, b.wallet, b.holdLive(t, 800), 1)))
	require.Equal(t, 1, b.below(t))
}

func TestRolledBackCapturePublishesNothing(t *testing.T) {
	b := setup(t)
	b.mustBuy(t, 1000, 1000)
	b.topUpAt(t, 500)
	b.warnAt(t, 500)
	undone := errors.New("undone")
	hold := b.holdLive(t, 500)
	err := postgres.InTx(b.ctx, b.wallet, func(tx *gorm.DB) error {
		r := b.request(10)
		r.BalanceType = contract.Live
		require.NoError(t, second(ledger.Hold(b.ctx, tx, r)))
		require.NoError(t, second(ledger.Capture(b.ctx, tx, hold)))
		return undone
	})
	require.ErrorIs(t, err, undone)
	require.Zero(t, b.below(t)+b.low(t))
	b.spend(t, 1)
	require.Equal(t, 2, b.below(t)+b.low(t))
}
