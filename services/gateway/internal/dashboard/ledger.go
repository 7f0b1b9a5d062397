package dashboard

import (
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

type paymentList struct {
	Payments []contract.Payment
	Pager    pager
}

func (d *Dashboard) payments(v *visit) {
	list, err := bus.Call(v.ctx(), d.cfg.Services, contract.ListPayments, contract.ListOwnedRequest{
		AccountID: v.accountID(), Page: contract.Page{Limit: perPage, Cursor: v.c.Query("cursor")},
	})
	if err != nil {
		d.listFailed(v, err, "/dashboard/payments")
		return
	}
	page := paymentList{list.Data, pagesOf(v.c.Request.URL, list.NextCursor)}
	d.show(v, http.StatusOK, "payments", view{Title: "Payments", Section: "billing", Body: page})
}

// transactionList is one pool's ledger. Pool is live or sandbox.
type transactionList struct {
	Pool         contract.EnvironmentType
	Type         contract.TransactionType
	Types        []contract.TransactionType
	Transactions []contract.Transaction
	Pager        pager
}

func (d *Dashboard) transactions(v *visit) {
	page := transactionList{
		Pool: contract.EnvironmentType(v.c.Query("pool")), Type: contract.TransactionType(v.c.Query("type")), Types: contract.TransactionTypes(),
	}
	if !page.Pool.Valid() {
		page.Pool = contract.Live
		if v.account.ActivatedAt == nil {
			page.Pool = contract.Sandbox
		}
	}
	list, err := bus.Call(v.ctx(), d.cfg.Services, contract.ListTransactions, contract.ListTransactionsRequest{
		AccountID: v.accountID(), BalanceType: page.Pool, Type: page.Type, Page: contract.Page{Limit: perPage, Cursor: v.c.Query("cursor")},
	})
	if err != nil {
		d.listFailed(v, err, "/dashboard/transactions")
		return
	}
	page.Transactions, page.Pager = list.Data, pagesOf(v.c.Request.URL, list.NextCursor)
	d.show(v, http.StatusOK, "transactions", view{Title: "Transactions", Section: "billing", Body: page})
}

// statement downloads a month's statement as a PDF or for a spreadsheet.
func (d *Dashboard) statement(v *visit) {
	media := statement.PDF
	if v.c.Query("format") == "csv" {
		media = statement.CSV
	}
	document, err := d.cfg.Statements.Document(v.ctx(), v.accountID(), contract.Month(v.c.Query("month")), media)
	if err != nil {
		d.listFailed(v, err, billingPath)
		return
	}
	d.cfg.Responder.Stream(v.c, http.StatusOK, document)
}
