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
	for name, body := range map[string]string{
		"fail": `RAISE EXCEPTION 'aborted'`,
		"die":  `PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5)`,
	} {
		require.NoError(t, env.Admin.Exec(`CREATE FUNCTION public.`+name+`() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
			BEGIN `+body+`; RETURN NULL; END $$`).Error)
	}
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
		for _, how := range []string{"fail", "die"} {
			t.Run(how+" on "+step.table+" "+step.trigger, func(t *testing.T) {
				account := env.Account(t)
				session := env.OpenPayment(t, account, "starter")
				env.Stripe.Pay(session)
				before := env.State(t)
				deferred := ""
				if step.trigger[0] == 'C' {
					deferred = "DEFERRABLE INITIALLY DEFERRED"
				}
				require.NoError(t, env.Admin.Exec(`CREATE `+step.trigger+` ON `+step.table+` `+deferred+` FOR EACH ROW EXECUTE FUNCTION public.`+how+`()`).Error)
				_, err := env.Settlement.SettleCheckout(t.Context(), session)
				require.NoError(t, env.Admin.Exec(`DROP TRIGGER broken ON `+step.table).Error)
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
