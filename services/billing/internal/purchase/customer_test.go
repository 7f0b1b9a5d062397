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

func TestConcurrentFirstCheckoutsCreateOneCustomer(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			<-start
			var err error
			if i%2 == 0 {
				_, err = env.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{AccountID: account, Name: "Ada", Email: "ada@example.com", PackageID: "starter"})
			} else {
				_, err = env.Checkouts.OpenSetup(t.Context(), contract.CreateSetupRequest{AccountID: account, Name: "Ada", Email: "ada@example.com"})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	require.Equal(t, 1, env.Stripe.Customers())
	require.Equal(t, 1, env.Stripe.CustomerPosts(), "the others wait")
	require.Equal(t, 1, env.Count(t, `billing.customers WHERE stripe_customer_id IS NOT NULL AND claimed_until IS NULL`))
	require.Equal(t, 50, env.Count(t, `billing.checkouts WHERE state = 'open'`))
}

// loseCustomerResponse leaves the state after a crash: Stripe has the customer, our row does not.
func loseCustomerResponse(t *testing.T, env *billingtest.Env, account string) {
	t.Helper()
	env.Stripe.LoseResponses(true)
	_, err := env.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{AccountID: account, Name: "Ada", Email: "ada@example.com", PackageID: "starter"})
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	env.Stripe.LoseResponses(false)
	require.Equal(t, 1, env.Stripe.Customers())
	require.Equal(t, 1, env.Count(t, `billing.customers WHERE stripe_customer_id IS NULL AND idempotency_key IS NOT NULL`))
}

func TestACustomerWithALostResponseIsFound(t *testing.T) {
	for name, later := range map[string]func(t *testing.T, env *billingtest.Env){
		"at once": func(*testing.T, *billingtest.Env) {},
		"after Stripe has forgotten the key": func(t *testing.T, env *billingtest.Env) {
			env.Stripe.PruneKeys()
			require.NoError(t, env.Admin.Exec(`UPDATE billing.customers SET requested_at = now() - interval '25 hours'`).Error)
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := billingtest.New(t)
			account := env.Account(t)
			loseCustomerResponse(t, env, account)
			later(t, env)
			_, err := env.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{AccountID: account, Name: "Ada Lovelace", Email: "new@example.com", PackageID: "starter"})
			require.NoError(t, err)
			require.Equal(t, 1, env.Stripe.Customers())
			require.Equal(t, 1, env.Count(t, `billing.customers WHERE stripe_customer_id = 'cus_1'`))
		})
	}
}

func TestACustomerRequestKeepsItsParametersUntilRefused(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	open := func(email string) error {
		_, err := env.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{AccountID: account, Name: "Ada", Email: email, PackageID: "starter"})
		return err
	}
	for _, status := range []int{http.StatusBadRequest, http.StatusInternalServerError, http.StatusTooManyRequests} {
		env.Stripe.Fail(status)
		require.Error(t, open("first@example.com"))
	}
	env.Stripe.Fail(0)
	require.NoError(t, open("second@example.com"))
	posts := env.Stripe.Posts("customer:")
	require.Len(t, posts, 1)
	require.Equal(t, "first@example.com", posts[0].Get("email"), "the result of the failed request is unknown")
	require.Equal(t, 1, env.Stripe.Customers())

	account = env.Account(t)
	env.Stripe.Fail(http.StatusBadRequest)
	require.True(t, apierror.Has(open("wrong"), apierror.CheckoutNotAvailable))
	env.Stripe.Fail(0)
	require.NoError(t, open("right@example.com"))
	require.Equal(t, "right@example.com", env.Stripe.Posts("customer:")[1].Get("email"))
}

func TestAnAbandonedCustomerClaimIsTakenOver(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	require.NoError(t, env.Admin.Exec(`INSERT INTO billing.customers (account_id, claimed_until, asks) VALUES (?, now() - interval '1 second', 1)`, account).Error)
	env.OpenPayment(t, account, "starter")
	require.Equal(t, 1, env.Stripe.Customers())
}
