package httpapi

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// getEnvironment answers from auth's verdict on the key.
func (a *API) getEnvironment(c *gin.Context) (reply, error) {
	return reply{status: http.StatusOK, body: admission.Caller(c).Environment}, nil
}

// environmentBalance is the pool that an environment draws from, in credits.
type environmentBalance struct {
	Type      contract.EnvironmentType `json:"type"`
	Available int64                    `json:"available"`
	Held      int64                    `json:"held"`
	Currency  string                   `json:"currency"`
	AutoTopUp autoTopUp                `json:"auto_top_up"`
}

// autoTopUp is what an environment key may read of it. A sandbox pool is never topped up.
type autoTopUp struct {
	Enabled         bool    `json:"enabled"`
	ThresholdAmount *int64  `json:"threshold_amount"`
	PackageID       *string `json:"package_id"`
}

func (a *API) getEnvironmentBalance(c *gin.Context) (reply, error) {
	who := admission.Caller(c)
	asked := contract.GetAccountRequest{AccountID: who.AccountID}
	balances, err := bus.Call(c.Request.Context(), a.services, contract.GetBalances, asked)
	if err != nil {
		return reply{}, err
	}
	for _, b := range balances.Data {
		if b.BalanceType != who.Environment.Type {
			continue
		}
		shown := environmentBalance{Type: b.BalanceType, Available: b.Available, Held: b.Held, Currency: b.Currency}
		if b.BalanceType == contract.Live {
			automatic, err := bus.Call(c.Request.Context(), a.services, contract.GetAutoTopUp, asked)
			if err != nil {
				return reply{}, err
			}
			shown.AutoTopUp = autoTopUp{automatic.Enabled, automatic.ThresholdAmount, automatic.PackageID}
		}
		return reply{status: http.StatusOK, body: shown}, nil
	}
	return reply{}, fmt.Errorf("account %s has no %s pool", who.AccountID, who.Environment.Type)
}

func (a *API) listEnvironmentTransactions(c *gin.Context) (reply, error) {
	who := admission.Caller(c)
	return a.listTransactions(c, newQuery(c), contract.ListTransactionsRequest{AccountID: who.AccountID, EnvironmentID: who.Environment.ID})
}
