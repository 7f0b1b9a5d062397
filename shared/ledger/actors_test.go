package ledger_test

import (
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
)

const (
	actors       = 4
	stepsOfOne   = 10
	someHolds    = 12 // few, so that the actors contend for them
	somePayments = 3
)

// step is one operation of an actor, on a shared hold or payment.
type step struct {
	do     string
	target int
	amount int64
}

func (s step) String() string { return fmt.Sprintf("%s(%d, %d)", s.do, s.target, s.amount) }

func steps() *rapid.Generator[[]step] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		return step{
			do: rapid.SampledFrom([]string{
				"seed", "buy", "hold", "hold", "hold", "capture", "part", "release", "expire", "refund", "dispute", "reinstate",
			}).Draw(t, "do"),
			target: rapid.IntRange(0, someHolds-1).Draw(t, "target"),
			amount: rapid.Int64Range(1, 60).Draw(t, "amount"),
		}
	}), stepsOfOne, stepsOfOne)
}

// scene is the account that the actors share.
type scene struct {
	bench
	holds, payments []string
}

func (b bench) scene(t *rapid.T) scene {
	s := scene{bench: b}
	s.account = ids.New(ids.Account)
	if err := b.admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', ?)`, s.account, s.account).Error; err != nil {
		t.Fatal(err)
	}
	if err := ledger.OpenAccount(b.ctx, b.admin, s.account, seed); err != nil {
		t.Fatal(err)
	}
	for range someHolds {
		s.holds = append(s.holds, ids.New(ids.Fax))
	}
	for range somePayments {
		s.payments = append(s.payments, ids.New(ids.Payment))
	}
	return s
}

func (s scene) take(one step) error {
	hold, payment := s.holds[one.target], s.payments[one.target%somePayments]
	switch one.do {
	case "seed":
		return ledger.OpenAccount(s.ctx, s.admin, s.account, seed)
	case "buy":
		return s.buy(payment, 100, 120)
	case "hold":
		pool := contract.Sandbox
		if one.target%2 == 0 {
			pool = contract.Live
		}
		return second(ledger.Hold(s.ctx, s.wallet, contract.PlaceHoldRequest{
			Reference: hold, AccountID: s.account, EnvironmentID: "env_1", BalanceType: pool, Amount: one.amount,
		}))
	case "capture":
		return second(ledger.Capture(s.ctx, s.wallet, hold))
	case "part":
		return second(ledger.CapturePart(s.ctx, s.wallet, hold, one.amount))
	case "release", "expire":
		return second(ledger.Release(s.ctx, s.wallet, hold))
	case "refund":
		return s.reverse(contract.TransactionRefund, fmt.Sprint(payment, one.amount), payment, one.amount)
	case "dispute":
		return s.reverse(contract.TransactionDispute, payment, payment, 100)
	default: // reinstate
		return s.reverse(contract.TransactionDispute, payment+":won", payment, -100)
	}
}

// refusals are the errors that a step may return; any other fails the test.
func refusal(err error) bool {
	for _, outcome := range []string{
		ledger.Conflict, ledger.ExceedsHold, ledger.Unknown, ledger.Mismatch, ledger.Exceeds, "resolved",
	} {
		if isOutcome(err, outcome) {
			return true
		}
	}
	return apierror.Has(err, apierror.InsufficientBalance) || apierror.Has(err, apierror.AccountNotActivated) ||
		strings.Contains(err.Error(), "payments_pkey") // the same payment twice: billing checks for it first
}

// actAtOnce runs actors with random steps concurrently, and then replays the recorded ledger in a model.
func actAtOnce(t *testing.T, sequences int) {
	b := setup(t)
	require.NoError(t, flag.Set("rapid.checks", fmt.Sprint(sequences)))
	rapid.Check(t, func(t *rapid.T) {
		s := b.scene(t)
		var acting sync.WaitGroup
		var mu sync.Mutex
		var faults []string
		for actor := range actors {
			drawn := steps().Draw(t, fmt.Sprintf("actor %d", actor))
			acting.Go(func() {
				for _, one := range drawn {
					if err := s.take(one); err != nil && !refusal(err) {
						mu.Lock()
						faults = append(faults, fmt.Sprintf("%s: %v", one, err))
						mu.Unlock()
					}
				}
			})
		}
		acting.Wait()
		for _, fault := range faults {
			t.Error(fault)
		}
		s.replay(t)
	})
}

func (s scene) replay(t *rapid.T) {
	written, err := s.movements()
	if err != nil {
		t.Fatal(err)
	}
	m := newModel()
	for _, v := range written {
		if err := m.take(v); err != nil {
			t.Fatal(err)
		}
	}
	for pool, want := range m.pools {
		var got live
		err := s.admin.Raw(`SELECT available, held, owed FROM wallet.pools WHERE account_id = ? AND balance_type = ?`, s.account, pool).Scan(&got).Error
		if err != nil || got != *want {
			t.Fatalf("the %s pool has %+v, not %+v (%v)", pool, got, *want, err)
		}
	}
}

func TestConcurrentActorsMatchTheModel(t *testing.T) { actAtOnce(t, actorSequences) }
