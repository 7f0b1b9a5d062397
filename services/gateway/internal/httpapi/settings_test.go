package httpapi_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestAbsentSettingsStayAndNullUnsets(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindAccount, "")
	present := contract.Settings{LowBalanceThreshold: new(int64(500))}
	bustest.Answer(g.services, contract.GetSettings, func(context.Context, contract.GetAccountRequest) (contract.Settings, error) { return present, nil })
	bustest.Answer(g.services, contract.SetLowBalance, func(_ context.Context, r contract.SetLowBalanceRequest) (contract.Settings, error) {
		require.NotEmpty(t, r.AccountID)
		present.LowBalanceThreshold = r.Threshold
		return present, nil
	})
	kept := contract.FaxSettings{RetentionDays: 30}
	bustest.Answer(g.services, contract.GetFaxSettings, func(context.Context, contract.GetAccountRequest) (contract.FaxSettings, error) { return kept, nil })
	bustest.Answer(g.services, contract.SetFaxSettings, func(_ context.Context, r contract.SetFaxSettingsRequest) (contract.FaxSettings, error) {
		require.NotEmpty(t, r.AccountID)
		if r.RetentionDays != nil {
			kept.RetentionDays = *r.RetentionDays
		}
		if r.ZeroFootprint != nil {
			kept.ZeroFootprint = *r.ZeroFootprint
		}
		if r.SenderName != nil {
			kept.SenderName = r.SenderName
		}
		if r.SenderName != nil && *r.SenderName == "" {
			kept.SenderName = nil
		}
		return kept, nil
	})
	for _, c := range []struct{ body, settings string }{
		{`{}`, `{"low_balance_threshold":500,"retention_days":30,"zero_footprint":false,"daily_spend_cap":null,"sender_name":null,"sender_company":null,"sender_fax":null}`},
		{`{"low_balance_threshold":700}`, `{"low_balance_threshold":700,"retention_days":30,"zero_footprint":false,"daily_spend_cap":null,"sender_name":null,"sender_company":null,"sender_fax":null}`},
		{`{"low_balance_threshold":null}`, `{"low_balance_threshold":null,"retention_days":30,"zero_footprint":false,"daily_spend_cap":null,"sender_name":null,"sender_company":null,"sender_fax":null}`},
		{`{"retention_days":7}`, `{"low_balance_threshold":null,"retention_days":7,"zero_footprint":false,"daily_spend_cap":null,"sender_name":null,"sender_company":null,"sender_fax":null}`},
		{`{"sender_name":"Ward 3","sender_fax":null}`, `{"low_balance_threshold":null,"retention_days":7,"zero_footprint":false,"daily_spend_cap":null,"sender_name":"Ward 3","sender_company":null,"sender_fax":null}`},
		{`{"sender_name":null}`, `{"low_balance_threshold":null,"retention_days":7,"zero_footprint":false,"daily_spend_cap":null,"sender_name":null,"sender_company":null,"sender_fax":null}`},
		{`{"zero_footprint":true,"daily_spend_cap":null}`, `{"low_balance_threshold":null,"retention_days":7,"zero_footprint":true,"daily_spend_cap":null,"sender_name":null,"sender_company":null,"sender_fax":null}`},
	} {
		got := g.do(t, "PUT", "/v1/account/settings", key, c.body)
		require.Equal(t, http.StatusOK, got.Code, c.body)
		require.JSONEq(t, c.settings, got.Body.String(), c.body)
		require.JSONEq(t, c.settings, g.do(t, "GET", "/v1/account/settings", key, "").Body.String())
	}
}

func TestNoSettingIsSetWhenOneIsInvalid(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindAccount, "")
	for body, field := range map[string]string{
		`{"retention_days":7,"low_balance_threshold":0}`: "low_balance_threshold",
		`{"retention_days":0,"low_balance_threshold":5}`: "retention_days",
		`{"daily_spend_cap":9223372036854775807}`:        "daily_spend_cap",
		`{"low_balance_threshold":9223372036854775807}`:  "low_balance_threshold",
		`{"sender_name":"a\u0007b","retention_days":7}`:  "sender_name",
	} {
		got := g.do(t, "PUT", "/v1/account/settings", key, body) // no service is there to be asked
		require.Equal(t, http.StatusUnprocessableEntity, got.Code, body)
		require.Contains(t, got.Context["errors"], field, body)
	}
}

func TestInvalidSettingsAreRefusedByName(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindAccount, "")
	for body, field := range map[string]string{
		`{"retention":30}`:                  "retention",
		`{"sender_name":5}`:                 "sender_name",
		`{"retention_days":"30"}`:           "retention_days",
		`{"low_balance_threshold":"500"}`:   "low_balance_threshold",
		`{"low_balance_threshold":5.5}`:     "low_balance_threshold",
		`{"low_balance_threshold":1e30}`:    "low_balance_threshold",
		`{"low_balance_threshold":{"a":1}}`: "low_balance_threshold",
		`{"low_balance_threshold":[1]}`:     "low_balance_threshold",
	} {
		got := g.do(t, "PUT", "/v1/account/settings", key, body)
		require.Equal(t, http.StatusUnprocessableEntity, got.Code, body)
		require.Contains(t, got.Context["errors"], field, body)
	}
}
