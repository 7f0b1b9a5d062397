package system_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

func TestReconcileNamesWhatDiffersFromStripeAndFromTheLedger(t *testing.T) {
	b := setup(t)
	a := b.account(t)
	b.activate(t, a)
	b.pay(t, b.checkout(t, a).URL, apiclient.CardPays, http.StatusSeeOther)
	eventually(t, "the second purchase", func() bool { return b.bought(t, a).payments == 2 })
	paid := b.charge(t, a)
	var payment string
	require.NoError(t, b.db.QueryRow(t.Context(), `SELECT id FROM billing.payments WHERE stripe_payment_intent_id = $1`, paid.PaymentIntent).Scan(&payment))
	printed, status := b.reconcile(t)
	require.Equal(t, 0, status, printed)
	require.Contains(t, printed, "no differences")

	t.Run("a payment is gone", func(t *testing.T) {
		b.plant(t, `CREATE TABLE billing.planted AS SELECT * FROM billing.payments WHERE id = '`+payment+`';
				DELETE FROM billing.payments WHERE id = '`+payment+`'`,
			`INSERT INTO billing.payments SELECT * FROM billing.planted; DROP TABLE billing.planted`)
		b.differs(t, "payment_missing: ", paid.PaymentIntent, a.ID)
	})
	t.Run("a credit is doubled", func(t *testing.T) {
		of := ` FROM wallet.transactions WHERE kind = 'purchase' AND reference = '` + payment + `'`
		b.plant(t, `INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, payment_id, description)
				SELECT 'txn_again', account_id, balance_type, kind, reference || ':2', amount, available_after, held_after, payment_id, description`+of+`;
			INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
				SELECT 'txn_again', account_id, balance_type, ledger_account, amount FROM wallet.entries WHERE transaction_id = (SELECT id`+of+`);
			UPDATE wallet.pools SET available = available + 1000 WHERE balance_type = 'live' AND account_id = '`+a.ID+`'`,
			`DELETE FROM wallet.entries WHERE transaction_id = 'txn_again'; DELETE FROM wallet.transactions WHERE id = 'txn_again';
			UPDATE wallet.pools SET available = available - 1000 WHERE balance_type = 'live' AND account_id = '`+a.ID+`'`)
		b.differs(t, "credit_doubled: ", payment, a.ID)
	})
	t.Run("a refund never arrived", func(t *testing.T) {
		require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Drop, 0))
		defer func() { require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Deliver, 0)) }()
		refund, err := b.stripe.Refund(t.Context(), control.Refund{Charge: paid.ID, Amount: 100})
		require.NoError(t, err)
		b.differs(t, "refund_missing: ", refund)
		for _, event := range b.eventsOf(t, refund) {
			_, err := b.stripe.Resend(t.Context(), event, 1)
			require.NoError(t, err)
		}
	})
	printed, status = b.reconcile(t)
	require.Equal(t, 0, status, printed)
}

// differs requires that the command fails and prints one line with all of what is given.
func (b bench) differs(t *testing.T, named ...string) {
	t.Helper()
	printed, status := b.reconcile(t)
	require.Equal(t, 1, status, printed)
	for line := range strings.Lines(printed) {
		if !slices.ContainsFunc(named, func(name string) bool { return !strings.Contains(line, name) }) {
			return
		}
	}
	require.Fail(t, "not named", "%q in:\n%s", named, printed)
}

// reconcile runs billing's command and returns what it prints, and its status.
func (b bench) reconcile(t *testing.T) (printed string, status int) {
	t.Helper()
	env := instance.Env()
	command := exec.CommandContext(t.Context(), filepath.Join(instance.BinDir(), "billing"), "reconcile", "-again", "1s")
	command.Env = append(os.Environ(), "DATABASE_URL="+env["DATABASE_URL_BILLING"], "STRIPE_API_URL="+env["STRIPE_API_URL"], "STRIPE_SECRET_KEY="+env["STRIPE_SECRET_KEY"])
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	var exit *exec.ExitError
	if err := command.Run(); errors.As(err, &exit) {
		return out.String(), exit.ExitCode()
	} else {
		require.NoError(t, err, out.String())
	}
	return out.String(), 0
}

// plant writes past every rule, as only a superuser can, and undo takes it back when the test ends.
func (b bench) plant(t *testing.T, statement, undo string) {
	t.Helper()
	past := func(statement string) string {
		return `BEGIN; SET LOCAL session_replication_role = replica; ` + statement + `; COMMIT`
	}
	_, err := b.db.Exec(t.Context(), past(statement))
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := b.db.Exec(context.WithoutCancel(t.Context()), past(undo))
		require.NoError(t, err)
	})
}
