package purchase_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestFiftyFirstCheckoutsAtOnceMakeOneCustomer(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			<-start
			var err error
			if i%2 == 0 {
				_, err = w.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{AccountID: account, Name: "Ada", Email: "ada@example.com", PackageID: "starter"})
			} else {
				_, err = w.Checkouts.OpenSetup(t.Context(), contract.CreateSetupRequest{AccountID: account, Name: "Ada", Email: "ada@example.com"})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	require.Equal(t, 1, w.Stripe.Customers())
	require.Equal(t, 1, w.Stripe.CustomerPosts(), "the others wait and do not ask")
	require.Equal(t, 1, w.Count(t, `billing.customers WHERE stripe_customer_id IS NOT NULL AND claimed_until IS NULL`))
	require.Equal(t, 50, w.Count(t, `billing.checkouts WHERE state = 'open'`))
}

// What a crash after Stripe made the customer leaves: Stripe has it, our row does not.
func loseTheCustomer(t *testing.T, w *billingtest.World, account string) {
	t.Helper()
	w.Stripe.Lose(true)
	_, err := w.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{AccountID: account, Name: "Ada", Email: "ada@example.com", PackageID: "starter"})
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	w.Stripe.Lose(false)
	require.Equal(t, 1, w.Stripe.Customers())
	require.Equal(t, 1, w.Count(t, `billing.customers WHERE stripe_customer_id IS NULL AND idempotency_key IS NOT NULL`))
}

func TestACustomerWhoseAnswerWasLostIsFoundAgain(t *testing.T) {
	for name, later := range map[string]func(t *testing.T, w *billingtest.World){
		"at once": func(*testing.T, *billingtest.World) {},
		"after Stripe has forgotten the key": func(t *testing.T, w *billingtest.World) {
			w.Stripe.ForgetKeys()
			require.NoError(t, w.Admin.Exec(`UPDATE billing.customers SET requested_at = now() - interval '25 hours'`).Error)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := billingtest.New(t)
			account := w.Account(t)
			loseTheCustomer(t, w, account)
			later(t, w)
			_, err := w.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{AccountID: account, Name: "Ada Lovelace", Email: "new@example.com", PackageID: "starter"})
			require.NoError(t, err)
			require.Equal(t, 1, w.Stripe.Customers())
			require.Equal(t, 1, w.Count(t, `billing.customers WHERE stripe_customer_id = 'cus_1'`))
		})
	}
}

func TestACustomerIsAskedForInTheSameWordsUntilStripeHasSaidNo(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	open := func(email string) error {
		_, err := w.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{AccountID: account, Name: "Ada", Email: email, PackageID: "starter"})
		return err
	}
	for _, status := range []int{http.StatusBadRequest, http.StatusInternalServerError, http.StatusTooManyRequests} {
		w.Stripe.Fail(status)
		require.Error(t, open("first@example.com"))
	}
	w.Stripe.Fail(0)
	require.NoError(t, open("second@example.com"))
	posts := w.Stripe.Posts("customer:")
	require.Len(t, posts, 1)
	require.Equal(t, "first@example.com", posts[0].Get("email"), "what Stripe did at its fault is not known")
	require.Equal(t, 1, w.Stripe.Customers())

	account = w.Account(t)
	w.Stripe.Fail(http.StatusBadRequest)
	require.True(t, apierror.Has(open("wrong"), apierror.CheckoutNotAvailable))
	w.Stripe.Fail(0)
	require.NoError(t, open("right@example.com"))
	require.Equal(t, "right@example.com", w.Stripe.Posts("customer:")[1].Get("email"))
}

func TestACustomerThatACrashLeftHalfMadeIsMadeLater(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	require.NoError(t, w.Admin.Exec(`INSERT INTO billing.customers (account_id, claimed_until, asks) VALUES (?, now() - interval '1 second', 1)`, account).Error)
	w.OpenPayment(t, account, "starter")
	require.Equal(t, 1, w.Stripe.Customers())
}
