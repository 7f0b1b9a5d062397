package httpapi_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestAutoTopUpIsSetShownAndValidated(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindAccount, "")
	var asked contract.SetAutoTopUpRequest
	reason := contract.PausedDeclined
	bustest.Answer(g.services, contract.SetAutoTopUp, func(_ context.Context, r contract.SetAutoTopUpRequest) (contract.AutoTopUp, error) {
		asked = r
		return contract.AutoTopUp{Enabled: r.Enabled, ThresholdAmount: r.ThresholdAmount, PackageID: &r.PackageID, MonthlyCap: r.MonthlyCap}, nil
	})
	bustest.Answer(g.services, contract.GetAutoTopUp, func(context.Context, contract.GetAccountRequest) (contract.AutoTopUp, error) {
		return contract.AutoTopUp{Enabled: true, ThresholdAmount: new(int64(500)), PausedReason: &reason}, nil
	})
	set := g.do(t, "PUT", "/v1/account/auto-top-up", key, `{"enabled":true,"threshold_amount":500,"package_id":"starter","monthly_cap":5000}`)
	require.Equal(t, http.StatusOK, set.Code)
	require.JSONEq(t, `{"enabled":true,"threshold_amount":500,"package_id":"starter","monthly_cap":5000,"charged_this_month":0,
		"paused_reason":null,"paused_at":null}`, set.Body.String())
	require.EqualValues(t, 5000, *asked.MonthlyCap)
	require.Contains(t, g.do(t, "GET", "/v1/account/auto-top-up", key, "").Body.String(), `"paused_reason":"card_declined"`)

	for body, field := range map[string]string{
		`{}`: "enabled", `{"enabled":"yes"}`: "enabled", `{"enabled":true,"threshold_amount":0}`: "threshold_amount",
		`{"enabled":true,"monthly_cap":-1}`: "monthly_cap", `{"enabled":true,"monthly_cap":10.5}`: "monthly_cap",
		`{"enabled":true,"threshold":5}`: "threshold", `{"enabled":true,"threshold_amount":9223372036854775807}`: "threshold_amount",
		`{"enabled":false,"monthly_cap":9223372036854775807}`: "monthly_cap",
	} {
		got := g.do(t, "PUT", "/v1/account/auto-top-up", key, body)
		require.Equal(t, http.StatusUnprocessableEntity, got.Code, body)
		require.Contains(t, got.Context["errors"], field, body)
	}
	require.Equal(t, http.StatusForbidden, g.do(t, "GET", "/v1/account/auto-top-up", g.key(contract.KindTest, ""), "").Code)
}
