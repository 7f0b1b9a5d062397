package reversal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/services/billing/internal/webhook"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
)

// fixture is billing with a webhook receiver.
type fixture struct {
	*billingtest.Env
	receiver *webhook.Receiver
}

func setup(t *testing.T) fixture {
	env := billingtest.New(t)
	return fixture{env, webhook.New(webhook.NewStore(env.DB), []string{billingtest.Secret}, false, env.Settlement, env.Reversals, env.Alarm, env.Logger())}
}

// scenario is one payment that goes through a test case.
type scenario struct {
	fixture
	testCase

	account, session, intent string
	spent                    int64
}

func (d fixture) begin(t *testing.T, p testCase) *scenario {
	account := d.Account(t)
	session := d.OpenPayment(t, account, "growth")
	d.Stripe.Pay(session)
	// Ids at Stripe are unique; the session distinguishes those of one run.
	for i, m := range p.moves {
		p.moves[i].id = m.id + "_" + session
	}
	return &scenario{fixture: d, testCase: p, account: account, session: session, intent: "pi_" + session}
}

// deliver delivers the event of a move; move -1 is the paid session.
func (s *scenario) deliver(t *testing.T, move int) {
	t.Helper()
	kind, object, id := "checkout.session.completed", "checkout.session", s.session
	if move >= 0 {
		kind, object, id = s.moves[move].event, s.moves[move].object, s.moves[move].id
	}
	if object == "charge" {
		id = "ch_" + s.session
	}
	_, err := s.receiver.Receive(t.Context(), billingtest.Signed(billingtest.Event(ids.Base62(12), kind, object, id)))
	require.NoError(t, err)
	s.spend(t)
}

// spend uses credits as soon as they are available.
func (s *scenario) spend(t *testing.T) {
	due := min(s.testCase.spent-s.spent, s.LiveBalance(t, s.account))
	if due <= 0 || s.spent > 0 {
		return
	}
	fax := ids.New(ids.Fax)
	_, err := ledger.Hold(t.Context(), s.Admin, contract.PlaceHoldRequest{
		Reference: fax, AccountID: s.account, EnvironmentID: "env_1", BalanceType: contract.Live, Amount: due,
	})
	require.NoError(t, err)
	_, err = ledger.Capture(t.Context(), s.Admin, fax)
	require.NoError(t, err)
	s.spent = due
}

// requireEnd compares the pool and the payment with what remains of 5,000 credits, to the cent.
func (s *scenario) requireEnd(t *testing.T) {
	t.Helper()
	left := 5000 - 5000*s.lost/4000 - s.spent
	var pool struct{ Available, Held, Owed int64 }
	require.NoError(t, s.Admin.Raw(`SELECT available, held, owed FROM wallet.pools WHERE account_id = ? AND balance_type = 'live'`, s.account).Scan(&pool).Error)
	require.Equal(t, max(0, left), pool.Available, "available")
	require.Equal(t, max(0, -left), pool.Owed, "owed")
	require.Zero(t, pool.Held)
	shown := s.Payments(t, s.account)
	require.Len(t, shown, 1)
	require.EqualValues(t, s.status, shown[0].Status)
	require.Equal(t, s.refunded, shown[0].AmountRefunded)
	require.Equal(t, 1, s.Count(t, `auth.accounts WHERE id = ? AND activated_at IS NOT NULL`, s.account), "activation is permanent")
}

func TestEveryOrderOfEventsEndsInTheSameBalance(t *testing.T) {
	d := setup(t)
	for name, p := range cases() {
		t.Run(name, func(t *testing.T) {
			for _, order := range orders(len(p.moves) + 1) {
				for _, early := range []bool{true, false} {
					t.Run(fmt.Sprint(order, early), func(t *testing.T) { d.play(t, p, order, early) })
				}
			}
		})
	}
	requireConsistentLedger(t, d.Admin)
	require.Zero(t, d.Log.Alarms())
}

// play delivers the events in an order. Either every change precedes the first event (early), or each change precedes
// only the event that reports it.
func (d fixture) play(t *testing.T, p testCase, order []int, early bool) {
	p.moves = slices.Clone(p.moves)
	s := d.begin(t, p)
	changed := 0
	change := func(until int) {
		for ; changed <= until && changed < len(s.moves); changed++ {
			m := s.moves[changed]
			m.do(s.Stripe, s.intent, m.id)
		}
	}
	if early {
		change(len(s.moves))
	}
	for _, n := range order {
		change(n - 1)
		s.deliver(t, n-1)
	}
	s.requireEnd(t)
	before := d.stateOf(t, s.account)
	for n := range order {
		s.deliver(t, n-1)
	}
	require.Equal(t, before, d.stateOf(t, s.account), "redelivery changes nothing")
}

// orders are all permutations of 0 to n-1.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, shorter := range orders(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(shorter), at, n-1))
		}
	}
	return all
}

func (d fixture) stateOf(t *testing.T, account string) string {
	t.Helper()
	var lines []string
	require.NoError(t, d.Admin.Raw(`
		SELECT to_jsonb(p)::text FROM wallet.pools p WHERE account_id = @a
		UNION ALL SELECT to_jsonb(x)::text FROM wallet.transactions x WHERE account_id = @a
		UNION ALL SELECT (to_jsonb(r) - 'next_try_at')::text FROM billing.reversals r JOIN billing.payments p ON p.id = r.payment_id WHERE p.account_id = @a
		ORDER BY 1`, map[string]any{"a": account}).Scan(&lines).Error)
	return strings.Join(lines, "\n")
}

// requireConsistentLedger checks the invariants of the ledger.
func requireConsistentLedger(t *testing.T, admin *gorm.DB) {
	t.Helper()
	for invariant, violations := range map[string]string{
		"a transaction sums to zero": `SELECT count(*) FROM (SELECT FROM wallet.entries GROUP BY transaction_id HAVING sum(amount) <> 0) x`,
		"a pool equals the sum of its entries": `SELECT count(*) FROM wallet.pools p CROSS JOIN LATERAL (SELECT
				coalesce(sum(amount) FILTER (WHERE ledger_account = 'available'), 0) AS available,
				coalesce(sum(amount) FILTER (WHERE ledger_account = 'held'), 0) AS held,
				coalesce(-sum(amount) FILTER (WHERE ledger_account = 'receivable'), 0) AS owed
			FROM wallet.entries e WHERE e.account_id = p.account_id AND e.balance_type = p.balance_type) e
			WHERE (p.available, p.held, p.owed) <> (e.available, e.held, e.owed)`,
		"payments minus reversals equal the clearing account": `SELECT count(*) FROM (SELECT
			(SELECT coalesce(sum(amount), 0) FROM billing.payments) - (SELECT coalesce(sum(amount), 0) FROM billing.reversals WHERE effect = 'taken')
			+ (SELECT coalesce(sum(amount), 0) FROM wallet.entries WHERE ledger_account = 'stripe_clearing') AS d) x WHERE d <> 0`,
		"exactly the reversals that have left are taken": `SELECT count(*) FROM billing.reversals WHERE away <> (effect = 'taken')`,
	} {
		var n int
		require.NoError(t, admin.Raw(violations).Scan(&n).Error)
		require.Zero(t, n, invariant)
	}
}
