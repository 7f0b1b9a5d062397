package faults_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/load"
	"github.com/mintfax/mintfax/shared/ids"
)

// customer is one account with a Checkout page open.
type customer struct {
	client  *apiclient.Client
	account apiclient.Account
	page    apiclient.Checkout
	db      *pgx.Conn
}

func newCustomer(t *testing.T) customer {
	t.Helper()
	client, err := load.Client(t.Context(), instance)
	require.NoError(t, err)
	account, err := client.Register(t.Context(), "Customer", strings.ToLower(ids.Base62(16))+"@customer.example")
	require.NoError(t, err)
	page, err := client.OpenCheckout(t.Context(), account, "starter")
	require.NoError(t, err)
	db, err := pgx.Connect(t.Context(), instance.DatabaseURL())
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close(context.WithoutCancel(t.Context())) })
	return customer{client: client, account: account, page: page, db: db}
}

func (c customer) pay(t *testing.T) {
	t.Helper()
	answer, err := c.client.PayWith(t.Context(), c.page.URL, apiclient.CardPays)
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, answer.Status)
}

// effects counts payment, credit and activation in one look.
func (c customer) effects(t *testing.T) (activated bool, effects int) {
	t.Helper()
	err := c.db.QueryRow(t.Context(), `
		SELECT a.activated_at IS NOT NULL,
			(a.activated_at IS NOT NULL)::int
			+ (SELECT count(*) FROM billing.payments p WHERE p.account_id = a.id)
			+ (SELECT count(*) FROM wallet.transactions w WHERE w.account_id = a.id AND w.kind = 'purchase')
		FROM auth.accounts a WHERE a.id = $1`, c.account.ID).Scan(&activated, &effects)
	require.NoError(t, err)
	return activated, effects
}
