package settlement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/contract"
)

// The transaction is aborted at each of its statements, by an error and by a lost connection, and at the commit.
func TestACrashAtAnyStepRollsEverythingBack(t *testing.T) {
	env := billingtest.New(t)
	ways := env.Aborts(t)
	for _, step := range []struct{ table, trigger string }{
		{"billing.payments", "TRIGGER broken BEFORE INSERT"},
		{"billing.payments", "TRIGGER broken AFTER INSERT"},
		{"wallet.pools", "TRIGGER broken BEFORE UPDATE"},
		{"wallet.transactions", "TRIGGER broken AFTER INSERT"},
		{"wallet.entries", "TRIGGER broken AFTER INSERT"},
		{"auth.accounts", "TRIGGER broken AFTER UPDATE"},
		{"billing.customers", "TRIGGER broken AFTER UPDATE"},
		{"billing.checkouts", "TRIGGER broken AFTER UPDATE"},
		{"billing.outbox", "TRIGGER broken AFTER INSERT"},
		{"billing.outbox", "CONSTRAINT TRIGGER broken AFTER INSERT"}, // deferred: at the commit
	} {
		for _, how := range ways {
			t.Run(how+" on "+step.table+" "+step.trigger, func(t *testing.T) {
				account := env.Account(t)
				session := env.OpenPayment(t, account, "starter")
				env.Stripe.Pay(session)
				before := env.State(t)
				var err error
				env.Abort(t, step.table, step.trigger, how, func() { _, err = env.Settlement.SettleCheckout(t.Context(), session) })
				require.Error(t, err)
				require.Equal(t, before, env.State(t))

				outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
				require.NoError(t, err, "the next caller settles it")
				require.Equal(t, contract.CheckoutComplete, outcome.State)
				require.EqualValues(t, 1000, env.LiveBalance(t, account))
			})
		}
	}
}
