package billing

import (
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

type paymentList struct {
	Payments []contract.Payment
	Pager    ui.Pager
}

func (p *Pages) payments(c *ui.Context) {
	list, err := bus.Call(c.Ctx(), p.services, contract.ListPayments, contract.ListOwnedRequest{
		AccountID: c.AccountID(), Page: contract.Page{Limit: ui.PerPage, Cursor: c.Query("cursor")},
	})
	if err != nil {
		c.FailList(err, paymentsPath)
		return
	}
	page := paymentList{list.Data, ui.NewPager(c.Request.URL, list.NextCursor)}
	c.Show(http.StatusOK, "payments", ui.View{Title: "Payments", Section: "billing", Body: page})
}

// transactionList is one pool's ledger. Pool is live or sandbox.
type transactionList struct {
	Pool         contract.EnvironmentType
	Type         contract.TransactionType
	Types        []contract.TransactionType
	Transactions []contract.Transaction
	Pager        ui.Pager
}

func (p *Pages) transactions(c *ui.Context) {
	page := transactionList{
		Pool: contract.EnvironmentType(c.Query("pool")), Type: contract.TransactionType(c.Query("type")), Types: contract.TransactionTypes(),
	}
	if !page.Pool.Valid() {
		page.Pool = contract.Live
		if c.Account.ActivatedAt == nil {
			page.Pool = contract.Sandbox
		}
	}
	list, err := bus.Call(c.Ctx(), p.services, contract.ListTransactions, contract.ListTransactionsRequest{
		AccountID: c.AccountID(), BalanceType: page.Pool, Type: page.Type, Page: contract.Page{Limit: ui.PerPage, Cursor: c.Query("cursor")},
	})
	if err != nil {
		c.FailList(err, transactionsPath)
		return
	}
	page.Transactions, page.Pager = list.Data, ui.NewPager(c.Request.URL, list.NextCursor)
	c.Show(http.StatusOK, "transactions", ui.View{Title: "Transactions", Section: "billing", Body: page})
}

// statement downloads a month's statement as a PDF or for a spreadsheet.
func (p *Pages) statement(c *ui.Context) {
	media := statement.PDF
	if c.Query("format") == "csv" {
		media = statement.CSV
	}
	document, err := p.statements.Document(c.Ctx(), c.AccountID(), contract.Month(c.Query("month")), media)
	if err != nil {
		c.FailList(err, ui.BillingPath)
		return
	}
	p.responder.Stream(c.Context, http.StatusOK, document)
}
