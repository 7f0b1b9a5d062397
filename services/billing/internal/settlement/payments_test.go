package settlement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestPaymentsAreListedNewestFirstInPages(t *testing.T) {
	env := billingtest.New(t)
	account, other := env.Account(t), env.Account(t)
	var bought []string
	for _, buyer := range []string{account, account, other, account} {
		session := env.OpenPayment(t, buyer, "starter")
		env.Stripe.Pay(session)
		outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
		require.NoError(t, err)
		if buyer == account {
			bought = append([]string{outcome.Payment.ID}, bought...)
		}
	}
	service := env.Settlement
	var listed []string
	request := contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 2}}
	for page := range 3 {
		list, err := service.ListPayments(t.Context(), request)
		require.NoError(t, err)
		for _, payment := range list.Data {
			listed = append(listed, payment.ID)
		}
		if list.NextCursor == nil {
			require.Equal(t, 1, page)
			break
		}
		request.Page.Cursor = *list.NextCursor
	}
	require.Equal(t, bought, listed)

	request.Page.Cursor = "nonsense"
	_, err := service.ListPayments(t.Context(), request)
	require.True(t, apierror.Has(err, apierror.ValidationFailed))
	empty, err := service.ListPayments(t.Context(), contract.ListOwnedRequest{AccountID: "acct_none", Page: contract.Page{Limit: 1}})
	require.NoError(t, err)
	require.Equal(t, []contract.Payment{}, empty.Data)
}
