package system_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

func TestAFaxThatTakesThePoolBelowItsThresholdIsToldOnceUntilTheNextPurchase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	live := b.liveKey(t, a)
	b.activate(t, a)
	answer := b.do(t, http.StatusOK, "GET", "/v1/account/settings", a.AccountKey, nil)
	require.JSONEq(t, `{"low_balance_threshold":null,"retention_days":30,"zero_footprint":false,"daily_spend_cap":null,"sender_name":null,"sender_company":null,"sender_fax":null}`, string(answer.Body))
	answer = b.do(t, http.StatusOK, "PUT", "/v1/account/settings", a.AccountKey, map[string]any{"low_balance_threshold": 1000})
	require.JSONEq(t, `{"low_balance_threshold":1000,"retention_days":30,"zero_footprint":false,"daily_spend_cap":null,"sender_name":null,"sender_company":null,"sender_fax":null}`, string(answer.Body))
	told := func() int64 {
		return b.number(t, `SELECT low_told::int FROM wallet.pools WHERE account_id = $1 AND balance_type = 'live'`, a.ID)
	}
	require.Zero(t, told(), "1,000 are not below 1,000")
	b.fax(t, http.StatusCreated, live, "+12125550100")
	require.EqualValues(t, 1, told())
	b.pay(t, b.checkout(t, a).URL, apiclient.CardPays, http.StatusSeeOther)
	eventually(t, "the purchase to arm the warning again", func() bool { return told() == 0 })

	for _, body := range []map[string]any{{"retention_days": 0}, {"low_balance_threshold": 0}, {"low_balance_threshold": "1"}} {
		b.refused(t, "validation_failed", http.StatusUnprocessableEntity, "PUT", "/v1/account/settings", a.AccountKey, body)
	}
	b.refused(t, "wrong_key_kind", http.StatusForbidden, "PUT", "/v1/account/settings", a.TestKey, map[string]any{})
}
