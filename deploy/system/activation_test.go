package system_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/apiclient"
	"github.com/mintfax/mintfax/deploy/stripeemulator/control"
)

// untouched requires that no money was taken as ours and nothing was unlocked.
func (b bench) untouched(t *testing.T, a apiclient.Account) {
	t.Helper()
	require.Zero(t, b.number(t, `SELECT count(activated_at) FROM auth.accounts WHERE id = $1`, a.ID), "activated_at is set")
	require.Zero(t, b.number(t, `SELECT count(*) FROM billing.payments WHERE account_id = $1`, a.ID), "there is a payment")
	require.Zero(t, b.number(t, `SELECT available + held FROM wallet.pools WHERE account_id = $1 AND balance_type = 'live'`, a.ID), "the live pool has credits")
}

func TestThePurchaseHasItsFourEffectsAndASecondOneOnlyAddsCredits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	live := b.liveKey(t, a)
	checkout := b.checkout(t, a)
	b.pay(t, checkout.URL, apiclient.CardDeclined, http.StatusPaymentRequired)
	b.pay(t, checkout.URL, apiclient.CardInsufficientFunds, http.StatusPaymentRequired)
	b.refused(t, "account_not_activated", http.StatusForbidden, "GET", "/v1/environment", live, nil)
	b.untouched(t, a)

	b.pay(t, checkout.URL, apiclient.CardPays, http.StatusSeeOther)
	back, err := b.Visit(t.Context(), b.BaseURL+"/checkout/return?session_id="+checkout.ID)
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, back.Status)
	b.do(t, http.StatusOK, "GET", "/v1/environment", live, nil) // the commit came before the answer
	first := b.bought(t, a)
	require.Equal(t, int64(1000), first.available)

	b.pay(t, b.checkout(t, a).URL, apiclient.CardPays, http.StatusSeeOther)
	eventually(t, "the second purchase", func() bool { return b.bought(t, a).payments == 2 })
	second := b.bought(t, a)
	require.Equal(t, first.activatedAt, second.activatedAt)
	require.Equal(t, int64(2000), second.available)
	require.Equal(t, "4242", second.last4)

	var fax struct{ ID string }
	require.NoError(t, b.fax(t, http.StatusCreated, live, "+12125550100").Decode(&fax))
	eventually(t, "the fax to be delivered and charged", func() bool {
		return b.status(t, live, fax.ID).Status == "delivered" && b.bought(t, a).available == 1994
	})
}

// bought is what an account sees of its purchases.
type bought struct {
	activatedAt, last4 string
	payments           int
	available          int64
}

func (b bench) bought(t *testing.T, a apiclient.Account) bought {
	t.Helper()
	var account struct {
		ActivatedAt *string `json:"activated_at"`
		Card        *struct{ Last4 string }
	}
	require.NoError(t, b.do(t, http.StatusOK, "GET", "/v1/account", a.AccountKey, nil).Decode(&account))
	var payments, purchases struct{ Data []struct{ Status string } }
	require.NoError(t, b.do(t, http.StatusOK, "GET", "/v1/account/payments", a.AccountKey, nil).Decode(&payments))
	require.NoError(t, b.do(t, http.StatusOK, "GET", "/v1/account/transactions?type=purchase", a.AccountKey, nil).Decode(&purchases))
	require.GreaterOrEqual(t, len(purchases.Data), len(payments.Data))
	var pools struct{ Data []struct{ Available int64 } }
	require.NoError(t, b.do(t, http.StatusOK, "GET", "/v1/account/balance", a.AccountKey, nil).Decode(&pools))
	got := bought{payments: len(payments.Data), available: pools.Data[0].Available}
	if account.ActivatedAt != nil {
		got.activatedAt = *account.ActivatedAt
	}
	if account.Card != nil {
		got.last4 = account.Card.Last4
	}
	return got
}

func TestAPaidEventDeliveredTwentyTimesAtOnceCountsOnce(t *testing.T) {
	b := setup(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			a := b.account(t)
			checkout := b.checkout(t, a)
			b.pay(t, checkout.URL, apiclient.CardPays, http.StatusSeeOther)
			event := b.paidEvent(t, checkout.ID)
			var deliveries sync.WaitGroup
			deliveries.Go(func() {
				statuses, err := b.stripe.Resend(t.Context(), event, 20)
				if err != nil {
					t.Error(err)
				}
				for _, status := range statuses {
					if status != http.StatusOK {
						t.Errorf("a delivery was answered %d", status)
					}
				}
			})
			for range 3 {
				deliveries.Go(func() {
					if _, err := b.Visit(t.Context(), b.BaseURL+"/checkout/return?session_id="+checkout.ID); err != nil {
						t.Error(err)
					}
				})
			}
			deliveries.Wait()
			got := b.bought(t, a)
			if got.payments != 1 || got.available != 1000 || got.activatedAt == "" {
				t.Errorf("%+v", got)
			}
		})
	}
	wg.Wait()
}

func (b bench) paidEvent(t *testing.T, sessionID string) (id string) {
	t.Helper()
	eventually(t, "Stripe to say that the session is paid", func() bool {
		events, err := b.stripe.Events(t.Context())
		require.NoError(t, err)
		for _, event := range events {
			if event.Type == "checkout.session.completed" && event.ObjectID == sessionID {
				id = event.ID
			}
		}
		return id != ""
	})
	return id
}

func TestWithoutAnyWebhookTheSweepFinishes(t *testing.T) {
	b := setup(t)
	require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Drop, 0))
	defer func() { require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Deliver, 0)) }()
	a := b.account(t)
	b.activate(t, a)
	require.Equal(t, int64(1000), b.bought(t, a).available)
}
