package system_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

// charge is what Stripe has charged an account last.
func (b bench) charge(t *testing.T, a apiclient.Account) (last control.Charge) {
	t.Helper()
	charges, err := b.stripe.Charges(t.Context())
	require.NoError(t, err)
	for _, charge := range charges {
		if charge.AccountID == a.ID {
			last = charge
		}
	}
	require.NotEmpty(t, last.ID, "Stripe has charged nothing")
	return last
}

// standing is what an account sees of its live pool and its first payment.
type standing struct {
	available, owed, refunded int64
	status                    string
}

func (b bench) standing(t *testing.T, a apiclient.Account) standing {
	t.Helper()
	var payments struct {
		Data []struct {
			Status         string
			AmountRefunded int64 `json:"amount_refunded"`
		}
	}
	require.NoError(t, b.do(t, http.StatusOK, "GET", "/v1/account/payments?per_page=100", a.AccountKey, nil).Decode(&payments))
	first := payments.Data[len(payments.Data)-1]
	return standing{
		available: b.number(t, `SELECT available FROM wallet.pools WHERE account_id = $1 AND balance_type = 'live'`, a.ID),
		owed:      b.number(t, `SELECT owed FROM wallet.pools WHERE account_id = $1 AND balance_type = 'live'`, a.ID),
		refunded:  first.AmountRefunded, status: first.Status,
	}
}

func (b bench) becomes(t *testing.T, a apiclient.Account, want standing) {
	t.Helper()
	eventually(t, "the account to stand as it must", func() bool { return b.standing(t, a) == want })
}

// spendLive sends live faxes of six credits and waits until they are charged.
func (b bench) spendLive(t *testing.T, a apiclient.Account, key string, faxes int) {
	t.Helper()
	before := b.number(t, `SELECT count(*) FROM wallet.transactions WHERE account_id = $1 AND kind = 'capture'`, a.ID)
	for range faxes {
		b.fax(t, http.StatusCreated, key, "+12125550100")
	}
	eventually(t, "the faxes to be charged", func() bool {
		return b.number(t, `SELECT count(*) FROM wallet.transactions WHERE account_id = $1 AND kind = 'capture'`, a.ID) == before+int64(faxes)
	})
}

func TestMoneyThatGoesBackTakesItsCreditsAndWhatIsMissingIsOwed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	b.activate(t, a)
	key := b.liveKey(t, a)
	b.spendLive(t, a, key, 2)
	paid := b.charge(t, a)

	refund, err := b.stripe.Refund(t.Context(), control.Refund{Charge: paid.ID, Amount: 333})
	require.NoError(t, err)
	b.becomes(t, a, standing{988 - 333, 0, 333, "partially_refunded"})
	require.NoError(t, b.stripe.FailRefund(t.Context(), refund))
	b.becomes(t, a, standing{988, 0, 0, "succeeded"})

	dispute, err := b.stripe.OpenDispute(t.Context(), control.Dispute{Charge: paid.ID})
	require.NoError(t, err)
	b.becomes(t, a, standing{0, 12, 0, "disputed"})
	b.do(t, http.StatusOK, "GET", "/v1/environment", key, nil) // what was activated stays so
	b.fax(t, http.StatusPaymentRequired, key, "+12125550100")
	b.pay(t, b.checkout(t, a).URL, apiclient.CardPays, http.StatusSeeOther)
	b.becomes(t, a, standing{988, 0, 0, "disputed"})
	require.NoError(t, b.stripe.CloseDispute(t.Context(), dispute, true))
	b.becomes(t, a, standing{1988, 0, 0, "succeeded"})

	lost, err := b.stripe.OpenDispute(t.Context(), control.Dispute{Charge: b.charge(t, a).ID})
	require.NoError(t, err)
	require.NoError(t, b.stripe.CloseDispute(t.Context(), lost, false))
	b.becomes(t, a, standing{988, 0, 0, "succeeded"})
	for _, event := range b.eventsOf(t, refund, dispute, lost) { // each again, the last first
		_, err := b.stripe.Resend(t.Context(), event, 3)
		require.NoError(t, err)
	}
	require.Equal(t, standing{988, 0, 0, "succeeded"}, b.standing(t, a))
}

// eventsOf are the events about some objects, newest first.
func (b bench) eventsOf(t *testing.T, objects ...string) (ids []string) {
	t.Helper()
	events, err := b.stripe.Events(t.Context())
	require.NoError(t, err)
	about := map[string]bool{}
	for _, id := range objects {
		about[id] = true
	}
	for _, e := range events {
		if about[e.ObjectID] {
			ids = append([]string{e.ID}, ids...)
		}
	}
	require.NotEmpty(t, ids)
	return ids
}
