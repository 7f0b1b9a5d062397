package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// settings are those of an account. Wallet keeps the first, fax-dispatch the others.
type settings struct {
	contract.Settings
	contract.FaxSettings
}

func (a *API) getSettings(c *gin.Context) (reply, error) {
	found, err := a.settingsOf(c)
	return reply{status: http.StatusOK, body: found}, err
}

func (a *API) settingsOf(c *gin.Context) (found settings, err error) {
	who := contract.GetAccountRequest{AccountID: admission.Caller(c).AccountID}
	if found.Settings, err = bus.Call(c.Request.Context(), a.services, contract.GetSettings, who); err != nil {
		return found, err
	}
	found.FaxSettings, err = bus.Call(c.Request.Context(), a.services, contract.GetFaxSettings, who)
	return found, err
}

// orEmpty is nil for a field that the body leaves out, and empty for null.
func orEmpty(o optional[string]) *string {
	if o.given && o.value == nil {
		return new(string)
	}
	return o.value
}

// putSettings sets the fields that the body has and leaves the others. Null unsets a setting.
func (a *API) putSettings(c *gin.Context) (reply, error) {
	var body struct {
		LowBalanceThreshold optional[int64]  `json:"low_balance_threshold"`
		RetentionDays       *int             `json:"retention_days"`
		ZeroFootprint       *bool            `json:"zero_footprint"`
		DailySpendCap       optional[int64]  `json:"daily_spend_cap"`
		SenderName          optional[string] `json:"sender_name"`
		SenderCompany       optional[string] `json:"sender_company"`
		SenderFax           optional[string] `json:"sender_fax"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	ctx, account := c.Request.Context(), admission.Caller(c).AccountID
	ofFaxes := contract.SetFaxSettingsRequest{
		AccountID: account, RetentionDays: body.RetentionDays, ZeroFootprint: body.ZeroFootprint,
		SetsDailySpendCap: body.DailySpendCap.given, DailySpendCap: body.DailySpendCap.value,
		SenderName: orEmpty(body.SenderName), SenderCompany: orEmpty(body.SenderCompany), SenderFax: orEmpty(body.SenderFax),
	}
	ofPool := contract.SetLowBalanceRequest{AccountID: account, Threshold: body.LowBalanceThreshold.value}
	// Two services keep the settings: neither sets any when one would refuse.
	if err := firstRefusal(ofFaxes.Check(), ofPool.Check()); err != nil {
		return reply{}, err
	}
	if ofFaxes != (contract.SetFaxSettingsRequest{AccountID: account}) {
		if _, err := bus.Call(ctx, a.services, contract.SetFaxSettings, ofFaxes); err != nil {
			return reply{}, err
		}
	}
	if body.LowBalanceThreshold.given {
		if _, err := bus.Call(ctx, a.services, contract.SetLowBalance, ofPool); err != nil {
			return reply{}, err
		}
	}
	return a.getSettings(c)
}

func firstRefusal(refusals ...error) error {
	for _, err := range refusals {
		if err != nil {
			return err
		}
	}
	return nil
}
