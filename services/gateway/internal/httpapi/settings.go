package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/contract"
)

func (a *API) getSettings(c *gin.Context) (reply, error) {
	settings, err := a.RPC.GetSettings(c.Request.Context(), contract.GetAccountRequest{AccountID: callerOf(c).AccountID})
	return reply{status: http.StatusOK, body: settings}, err
}

// putSettings sets what the body names and leaves the rest, so that who sets one thing need not know all.
func (a *API) putSettings(c *gin.Context) (reply, error) {
	var body struct {
		LowBalanceThreshold optional[int64] `json:"low_balance_threshold"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	if !body.LowBalanceThreshold.given {
		return a.getSettings(c)
	}
	settings, err := a.RPC.SetLowBalance(c.Request.Context(), contract.SetLowBalanceRequest{
		AccountID: callerOf(c).AccountID, Threshold: body.LowBalanceThreshold.value,
	})
	return reply{status: http.StatusOK, body: settings}, err
}
