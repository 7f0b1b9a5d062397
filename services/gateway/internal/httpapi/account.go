package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// account is the public account: auth's fields and billing's.
type account struct {
	contract.Account
	Card      *contract.Card     `json:"card"`
	AutoTopUp contract.AutoTopUp `json:"auto_top_up"`
}

func (a *API) getAccount(c *gin.Context) (reply, error) {
	asked := contract.GetAccountRequest{AccountID: admission.Caller(c).AccountID}
	found, err := bus.Call(c.Request.Context(), a.services, contract.GetAccount, asked)
	if err != nil {
		return reply{}, err
	}
	onFile, err := bus.Call(c.Request.Context(), a.services, contract.GetCard, asked)
	if err != nil {
		return reply{}, err
	}
	automatic, err := bus.Call(c.Request.Context(), a.services, contract.GetAutoTopUp, asked)
	return reply{status: http.StatusOK, body: account{found, onFile.Card, automatic}}, err
}

func (a *API) getAccountBalance(c *gin.Context) (reply, error) {
	balances, err := bus.Call(c.Request.Context(), a.services, contract.GetBalances, contract.GetAccountRequest{AccountID: admission.Caller(c).AccountID})
	return reply{status: http.StatusOK, body: balances}, err
}

func (a *API) listAccountTransactions(c *gin.Context) (reply, error) {
	q := newQuery(c)
	return a.listTransactions(c, q, contract.ListTransactionsRequest{
		AccountID:   admission.Caller(c).AccountID,
		BalanceType: oneOf(q, "balance_type", []contract.EnvironmentType{contract.Live, contract.Sandbox}),
	})
}

func (a *API) listTransactions(c *gin.Context, q *query, r contract.ListTransactionsRequest) (reply, error) {
	r.Type = oneOf(q, "type", contract.TransactionTypes())
	r.Page = q.page()
	if err := q.err(); err != nil {
		return reply{}, err
	}
	list, err := bus.Call(c.Request.Context(), a.services, contract.ListTransactions, r)
	return reply{status: http.StatusOK, body: list}, err
}

// owned parses a request for a page of the calling account's resources.
func owned(c *gin.Context) (contract.ListOwnedRequest, error) {
	q := newQuery(c)
	page := q.page()
	return contract.ListOwnedRequest{AccountID: admission.Caller(c).AccountID, Page: page}, q.err()
}
