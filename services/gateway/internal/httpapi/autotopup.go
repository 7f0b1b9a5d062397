package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

func (a *API) getAutoTopUp(c *gin.Context) (reply, error) {
	found, err := bus.Call(c.Request.Context(), a.services, contract.GetAutoTopUp, contract.GetAccountRequest{AccountID: admission.Caller(c).AccountID})
	return reply{status: http.StatusOK, body: found}, err
}

// putAutoTopUp replaces all settings: a field that the body leaves out is unset.
func (a *API) putAutoTopUp(c *gin.Context) (reply, error) {
	var body struct {
		Enabled         *bool  `json:"enabled"`
		ThresholdAmount *int64 `json:"threshold_amount"`
		PackageID       string `json:"package_id"`
		MonthlyCap      *int64 `json:"monthly_cap"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	if body.Enabled == nil {
		return reply{}, requiredField("enabled")
	}
	request := contract.SetAutoTopUpRequest{
		AccountID: admission.Caller(c).AccountID, Enabled: *body.Enabled, ThresholdAmount: body.ThresholdAmount,
		PackageID: body.PackageID, MonthlyCap: body.MonthlyCap,
	}
	if err := request.Check(); err != nil {
		return reply{}, err
	}
	set, err := bus.Call(c.Request.Context(), a.services, contract.SetAutoTopUp, request)
	return reply{status: http.StatusOK, body: set}, err
}
