package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
)

func (b bench) reverse(kind contract.TransactionType, reference, payment string, cents int64) error {
	return second(ledger.Reverse(b.ctx, b.admin, ledger.Reversal{
		Kind: kind, Reference: reference, PaymentID: payment, Cents: cents, Description: "Reversed",
	}))
}

func (b bench) spend(t *testing.T, credits int64) {
	t.Helper()
	r := b.request(credits)
	r.BalanceType = contract.Live
	require.NoError(t, second(ledger.Hold(b.ctx, b.wallet, r)))
	require.NoError(t, second(ledger.Capture(b.ctx, b.wallet, r.Reference)))
}

func TestRefundTakesItsCreditsOnce(t *testing.T) {
	b := setup(t)
	payment := b.mustBuy(t, 4000, 5000)
	for range 3 {
		require.NoError(t, b.reverse(contract.TransactionRefund, "re_1", payment, 1000))
	}
	require.Equal(t, live{Available: 3750}, b.live(t))
	requireOutcome(t, ledger.Mismatch, b.reverse(contract.TransactionRefund, "re_1", payment, 999))
	requireOutcome(t, ledger.Unknown, b.reverse(contract.TransactionRefund, "re_2", "pay_none", 1000))
	require.NoError(t, b.reverse(contract.TransactionRefund, "re_2", payment, 3000))
	require.Equal(t, live{}, b.live(t))
}

// The credits taken do not depend on how a payment is split into refunds, and a full refund takes all.
func TestPartialRefundsTakeTheSameInAnyOrder(t *testing.T) {
	b := setup(t)
	pieces := []int64{1, 333, 1000, 7, 1659} // of 4000
	for range 5 {
		rand.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		before := b.live(t)
		payment := b.mustBuy(t, 4000, 5001)
		for i, cents := range pieces {
			require.NoError(t, b.reverse(contract.TransactionRefund, fmt.Sprint(payment, i), payment, cents))
		}
		require.Equal(t, before.Available+5001-3750, b.live(t).Available, "of 5001, 3000/4000 are gone: 3750.75, rounded down, %v", pieces)
		require.NoError(t, b.reverse(contract.TransactionDispute, payment, payment, 1000))
		require.Equal(t, before, b.live(t))
	}
}

func TestSpentCreditsAreOwedAndPaidByTheNextPurchase(t *testing.T) {
	b := setup(t)
	payment := b.mustBuy(t, 1000, 1000)
	b.spend(t, 700)
	require.NoError(t, b.reverse(contract.TransactionDispute, "dp_1", payment, 1000))
	require.Equal(t, live{Owed: 700}, b.live(t))
	r := b.request(1)
	r.BalanceType = contract.Live
	require.Error(t, second(ledger.Hold(b.ctx, b.wallet, r)), "an empty pool refuses")
	b.mustBuy(t, 500, 500)
	require.Equal(t, live{Owed: 200}, b.live(t))
	b.mustBuy(t, 500, 600)
	require.Equal(t, live{Available: 400}, b.live(t))
}

// Otherwise a hold could keep credits from a refund.
func TestReleasedCreditsPayWhatIsOwed(t *testing.T) {
	b := setup(t)
	payment := b.mustBuy(t, 1000, 1000)
	whole, part := b.request(600), b.request(400)
	for _, r := range []*contract.PlaceHoldRequest{&whole, &part} {
		r.BalanceType = contract.Live
		require.NoError(t, second(ledger.Hold(b.ctx, b.wallet, *r)))
	}
	require.NoError(t, b.reverse(contract.TransactionRefund, "re_1", payment, 800))
	require.Equal(t, live{Held: 1000, Owed: 800}, b.live(t))
	require.NoError(t, second(ledger.Release(b.ctx, b.wallet, whole.Reference)))
	require.Equal(t, live{Held: 400, Owed: 200}, b.live(t))
	require.NoError(t, second(ledger.CapturePart(b.ctx, b.wallet, part.Reference, 100)))
	require.Equal(t, live{Available: 100}, b.live(t))
}

func TestWonDisputeAndFailedRefundPayWhatIsOwedFirst(t *testing.T) {
	b := setup(t)
	payment := b.mustBuy(t, 1000, 1000)
	b.spend(t, 700)
	require.NoError(t, b.reverse(contract.TransactionDispute, "dp_1", payment, 1000))
	requireOutcome(t, ledger.Exceeds, b.reverse(contract.TransactionDispute, "dp_1:won", payment, -1001))
	for range 2 {
		require.NoError(t, b.reverse(contract.TransactionDispute, "dp_1:won", payment, -1000))
	}
	require.Equal(t, live{Available: 300}, b.live(t))
}

func TestReversalsAboveThePaymentTakeAtMostItsCredits(t *testing.T) {
	b := setup(t)
	payment := b.mustBuy(t, 1000, 1000)
	require.NoError(t, b.reverse(contract.TransactionRefund, "re_1", payment, 400))
	require.NoError(t, b.reverse(contract.TransactionDispute, "dp_1", payment, 1000))
	require.Equal(t, live{}, b.live(t))
}

func TestConcurrentReversalsOfOnePaymentEachTakeTheirShare(t *testing.T) {
	b := setup(t)
	payment := b.mustBuy(t, 1000, 777)
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 10 {
				if err := b.reverse(contract.TransactionRefund, fmt.Sprintf("re_%d", i), payment, 100); err != nil {
					t.Errorf("worker %d: %v", worker, err)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, live{}, b.live(t))
}

func TestPartialCaptureReleasesTheRest(t *testing.T) {
	b := setup(t)
	r := b.request(30)
	require.NoError(t, second(ledger.Hold(b.ctx, b.wallet, r)))
	requireOutcome(t, ledger.ExceedsHold, second(ledger.CapturePart(b.ctx, b.wallet, r.Reference, 31)))
	for range 2 {
		require.NoError(t, second(ledger.CapturePart(b.ctx, b.wallet, r.Reference, 10)))
	}
	require.Equal(t, ledger.Pool{Available: seed - 10}, b.pool(t))
	requireOutcome(t, ledger.Conflict, second(ledger.CapturePart(b.ctx, b.wallet, r.Reference, 11)))
	requireOutcome(t, ledger.Conflict, second(ledger.Capture(b.ctx, b.wallet, r.Reference)))
	requireOutcome(t, ledger.Conflict, second(ledger.Release(b.ctx, b.wallet, r.Reference)))
	whole := b.request(5)
	require.NoError(t, second(ledger.Hold(b.ctx, b.wallet, whole)))
	require.NoError(t, second(ledger.Capture(b.ctx, b.wallet, whole.Reference)))
	require.NoError(t, second(ledger.CapturePart(b.ctx, b.wallet, whole.Reference, 5)), "the same charge, told otherwise")
}

// resolveInRaces lets random numbers of workers resolve each of many holds, in random ways.
func resolveInRaces(t *testing.T, holds int) {
	b := setup(t)
	random := randomSource(t)
	type attempt struct {
		reference string
		way       int
	}
	ways := []func(string) error{
		func(r string) error { return second(ledger.Capture(b.ctx, b.wallet, r)) },
		func(r string) error { return second(ledger.CapturePart(b.ctx, b.wallet, r, 1)) },
		func(r string) error { return second(ledger.Release(b.ctx, b.wallet, r)) },
	}
	var attempts []attempt
	b.mustBuy(t, int64(2*holds), int64(2*holds))
	for range holds {
		r := b.request(2)
		r.BalanceType = contract.Live
		require.NoError(t, second(ledger.Hold(b.ctx, b.wallet, r)))
		for range 1 + random.IntN(5) {
			attempts = append(attempts, attempt{r.Reference, random.IntN(len(ways))})
		}
	}
	random.Shuffle(len(attempts), func(i, j int) { attempts[i], attempts[j] = attempts[j], attempts[i] })
	var won sync.Map // reference: its resolution
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(attempts); n = int(next.Add(1)) - 1 {
				a := attempts[n]
				err := ways[a.way](a.reference)
				if err == nil {
					if first, before := won.LoadOrStore(a.reference, a.way); before && first != a.way {
						t.Errorf("%s was resolved in two ways", a.reference)
					}
				} else if !isOutcome(err, ledger.Conflict) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Zero(t, b.live(t).Held)
	resolved := 0
	won.Range(func(any, any) bool { resolved++; return true })
	require.Equal(t, holds, resolved)
}

func TestRacingResolutionsOfManyHoldsResolveEachOnce(t *testing.T) { resolveInRaces(t, racedHolds) }
