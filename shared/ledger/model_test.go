package ledger_test

import (
	"fmt"
	"testing"
)

// movement is a ledger transaction with its change to each side.
type movement struct {
	Kind, Reference, BalanceType        string
	PaymentID                           *string
	Amount, AvailableAfter, HeldAfter   int64
	Available, Held, Receivable         int64
	Clearing, Promotion, Revenue, Seeds int64
}

func (b bench) movements() ([]movement, error) {
	var all []movement
	side := func(account string) string {
		return `coalesce(sum(e.amount) FILTER (WHERE e.ledger_account = '` + account + `'), 0)`
	}
	err := b.admin.Raw(`SELECT t.kind, t.reference, t.balance_type, t.payment_id, t.amount, t.available_after, t.held_after, `+
		side("available")+` AS available, `+side("held")+` AS held, `+side("receivable")+` AS receivable, `+
		side("stripe_clearing")+` AS clearing, `+side("promotion")+` AS promotion, `+side("revenue")+` AS revenue, `+side("seed")+` AS seeds
		FROM wallet.transactions t JOIN wallet.entries e ON e.transaction_id = t.id
		WHERE t.account_id = ? GROUP BY t.id ORDER BY t.seq`, b.account).Scan(&all).Error
	return all, err
}

// model computes the expected pools of an account from the movements, in the order of the ledger, in the
// simplest way.
type model struct {
	pools    map[string]*live
	holds    map[string]int64 // what is still held
	payments map[string]*modelPayment
	came     map[string]int64 // added to available of a pool, by its previous movement
}

type modelPayment struct{ paid, granted, gone, taken int64 }

func newModel() *model {
	return &model{
		pools: map[string]*live{"live": {}, "sandbox": {}}, holds: map[string]int64{}, payments: map[string]*modelPayment{},
		came: map[string]int64{},
	}
}

// take applies the next movement and returns what is wrong with it.
func (m *model) take(v movement) error {
	pool := m.pools[v.BalanceType]
	var want movement // only what it moves
	switch v.Kind {
	case "seed":
		want.Available, want.Seeds = v.Amount, -v.Amount
	case "purchase":
		p := &modelPayment{paid: -v.Clearing, granted: v.Amount}
		m.payments[v.Reference] = p
		want.Available, want.Clearing, want.Promotion = p.granted, -p.paid, p.paid-p.granted
	case "adjustment":
		due := min(pool.Owed, m.came[v.BalanceType])
		want.Available, want.Receivable = -due, due
	case "hold":
		m.holds[v.Reference] = -v.Amount
		want.Available, want.Held = v.Amount, -v.Amount
	case "capture":
		m.holds[v.Reference] += v.Amount
		want.Held, want.Revenue = v.Amount, -v.Amount
	case "release":
		want.Available, want.Held = m.holds[v.Reference], -m.holds[v.Reference]
		delete(m.holds, v.Reference)
	default:
		want = m.reversal(pool, m.payments[*v.PaymentID], v.Clearing)
	}
	m.came[v.BalanceType] = max(0, want.Available)
	pool.Available, pool.Held, pool.Owed = pool.Available+want.Available, pool.Held+want.Held, pool.Owed-want.Receivable
	got := movement{
		Available: v.Available, Held: v.Held, Receivable: v.Receivable,
		Clearing: v.Clearing, Promotion: v.Promotion, Revenue: v.Revenue, Seeds: v.Seeds,
	}
	if got != want {
		return fmt.Errorf("%s %s moved %+v, not %+v", v.Kind, v.Reference, got, want)
	}
	if pool.Available < 0 || pool.Held < 0 || pool.Owed < 0 || v.AvailableAfter != pool.Available || v.HeldAfter != pool.Held {
		return fmt.Errorf("%s %s left %d and %d, not %+v", v.Kind, v.Reference, v.AvailableAfter, v.HeldAfter, *pool)
	}
	return nil
}

func (m *model) reversal(pool *live, p *modelPayment, cents int64) movement {
	p.gone += cents
	credits := min(p.granted, p.granted*p.gone/p.paid) - p.taken
	p.taken += credits
	moved := credits
	if credits > 0 {
		moved = min(credits, pool.Available)
	} else if paysOff := min(-credits, pool.Owed); paysOff > 0 {
		moved = credits + paysOff
	}
	return movement{Clearing: cents, Available: -moved, Receivable: moved - credits, Promotion: credits - cents}
}

func TestModelDetectsAWrongMovement(t *testing.T) {
	m := newModel()
	if m.take(movement{Kind: "seed", BalanceType: "sandbox", Amount: 5, Available: 5, Seeds: -5, AvailableAfter: 5}) != nil {
		t.Error("a right one")
	}
	if m.take(movement{Kind: "hold", BalanceType: "sandbox", Reference: "f", Amount: -6, Available: -6, Held: 6, AvailableAfter: -1, HeldAfter: 6}) == nil {
		t.Error("more than there is")
	}
}
