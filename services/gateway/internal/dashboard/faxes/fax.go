package faxes

import (
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// faxPage is the body of the page of a fax.
type faxPage struct {
	Fax         contract.Fax
	Environment contract.Environment
	Movements   []contract.Transaction // oldest first
	Once        string                 // of the form that resends it
}

// maxImages is how many pages are shown at once. Each is an image of its own.
const maxImages = 20

// Pictures returns the numbers of the pages that are shown.
func (p faxPage) Pictures() []int {
	if p.Fax.ErasedAt != nil {
		return nil
	}
	return pageNumbers(p.Fax.Pages)
}

func pageNumbers(pages int) (numbers []int) {
	for n := 1; n <= min(pages, maxImages); n++ {
		numbers = append(numbers, n)
	}
	return numbers
}

// Charged returns the cost of the fax in credits.
func (p faxPage) Charged() int64 {
	for _, m := range p.Movements {
		if m.Type == contract.TransactionCapture {
			return -m.Amount
		}
	}
	return 0
}

// fax shows one fax.
func (p *Pages) fax(c *ui.Context) {
	found, of, err := p.entered(c)
	if err != nil {
		c.Fail(err, c.Here())
		return
	}
	page := faxPage{Fax: found.Fax, Environment: of, Once: ui.NewSecret()}
	moved, err := bus.Call(c.Ctx(), p.services, contract.ListTransactions, contract.ListTransactionsRequest{
		AccountID: c.AccountID(), FaxID: found.Fax.ID, Page: contract.Page{Limit: ui.PerPage},
	})
	if err != nil {
		c.Fail(err, c.Here())
		return
	}
	for i := len(moved.Data) - 1; i >= 0; i-- {
		page.Movements = append(page.Movements, moved.Data[i])
	}
	c.Show(http.StatusOK, "fax", ui.View{Title: "Fax to " + ui.Recipient(page.Fax), Section: "faxes", Body: page})
}

// firstFax is the part of the welcome page that shows the first fax.
func (p *Pages) firstFax(c *ui.Context) {
	environments, err := c.Environments(c.Ctx())
	if err != nil {
		c.Fail(err, ui.HomePath)
		return
	}
	entered, err := bus.Call(c.Ctx(), p.services, contract.EnterEnvironment, c.Owned(defaultEnvironment(environments, false)))
	if err != nil {
		c.Fail(err, ui.HomePath)
		return
	}
	list, err := bus.Call(c.Ctx(), p.services, contract.ListFaxes, contract.ListFaxesRequest{Tenant: tenantOf(entered), Page: contract.Page{Limit: 1}})
	if err != nil {
		c.Fail(err, ui.HomePath)
		return
	}
	var body struct{ Fax *contract.Fax }
	if len(list.Data) > 0 {
		body.Fax = &list.Data[0]
	}
	c.Show(http.StatusOK, "first_fax", ui.View{Title: "Your first fax", Section: "home", Body: body})
}
