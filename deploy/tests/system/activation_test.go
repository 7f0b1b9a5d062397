package system_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
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

func TestAPaidEventDeliveredTwentyTimesAtOnceCountsOnce(t *testing.T) { paidManyTimes(t, 20) }

// paidManyTimes has accounts buy their first package while the first event is held back. When the sweep
// begins to look at their checkouts, each event is delivered 20 times at once and the success page is
// opened as well.
func paidManyTimes(t *testing.T, accounts int) {
	t.Helper()
	const atOnce, deliveries, visits = 8, 20, 3
	b := setup(t)
	require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Hold, 0))
	defer func() { require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Deliver, 0)) }()
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(atOnce)
	for range accounts {
		group.Go(func() error {
			a := b.account(t)
			checkout := b.checkout(t, a)
			b.pay(t, checkout.URL, apiclient.CardPays, http.StatusSeeOther)
			event := b.paidEvent(t, checkout.ID)
			time.Sleep(sweepAge)
			return b.deliverAtOnce(ctx, event, checkout.ID, deliveries, visits)
		})
	}
	require.NoError(t, group.Wait())
	require.NoError(t, b.stripe.Release(t.Context(), control.Shuffled, 1))
}

// deliverAtOnce ends with the account having one payment, one credit and one activation.
func (b bench) deliverAtOnce(ctx context.Context, event, sessionID string, deliveries, visits int) error {
	var group errgroup.Group
	group.Go(func() error {
		statuses, err := b.stripe.Resend(ctx, event, deliveries)
		for _, status := range statuses {
			if status != http.StatusOK {
				err = errors.Join(err, fmt.Errorf("a delivery was answered %d", status))
			}
		}
		return err
	})
	for range visits {
		group.Go(func() error {
			_, err := b.Visit(ctx, b.BaseURL+"/checkout/return?session_id="+sessionID)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	var payments, credits, activated, available int
	err := b.db.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM billing.payments WHERE account_id = a.id AND activates),
			(SELECT count(*) FROM wallet.transactions WHERE account_id = a.id AND kind = 'purchase'),
			(a.activated_at IS NOT NULL)::int,
			(SELECT available FROM wallet.pools WHERE account_id = a.id AND balance_type = 'live')
		FROM auth.accounts a JOIN billing.checkouts c ON c.account_id = a.id WHERE c.stripe_session_id = $1`, sessionID).
		Scan(&payments, &credits, &activated, &available)
	if err != nil {
		return err
	}
	if payments != 1 || credits != 1 || activated != 1 || available != 1000 {
		return fmt.Errorf("%d payments, %d credits, %d activations, %d credits available", payments, credits, activated, available)
	}
	return nil
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
