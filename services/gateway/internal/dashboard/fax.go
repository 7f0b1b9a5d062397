package dashboard

import (
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// faxPage is a fax with its environment and its money.
type faxPage struct {
	Fax         contract.Fax
	Environment contract.Environment
	Movements   []contract.Transaction // oldest first
	Once        string                 // makes sending it again count once
}

// picturesAtMost is how many pages are shown at once: each is a picture of its own.
const picturesAtMost = 20

// Pictures are the numbers of the pages that are shown.
func (p faxPage) Pictures() []int {
	if p.Fax.ErasedAt != nil {
		return nil
	}
	return pictures(p.Fax.Pages)
}

func pictures(pages int) (numbers []int) {
	for n := 1; n <= min(pages, picturesAtMost); n++ {
		numbers = append(numbers, n)
	}
	return numbers
}

// Charged is what the fax has cost, in credits.
func (p faxPage) Charged() int64 {
	for _, m := range p.Movements {
		if m.Type == contract.TransactionCapture {
			return -m.Amount
		}
	}
	return 0
}

// fax shows one fax. Who looks at a fax of an environment passes its gate.
func (d *Dashboard) fax(v *visit) {
	found, of, err := d.entered(v)
	if err != nil {
		d.failedOn(v, err, v.here())
		return
	}
	page := faxPage{Fax: found.Fax, Environment: of, Once: sessions.NewSecret()}
	moved, err := bus.Call(v.ctx(), d.cfg.Services, contract.ListTransactions, contract.ListTransactionsRequest{
		AccountID: v.accountID(), FaxID: found.Fax.ID, Page: contract.Page{Limit: perPage},
	})
	if err != nil {
		d.failedOn(v, err, v.here())
		return
	}
	for i := len(moved.Data) - 1; i >= 0; i-- {
		page.Movements = append(page.Movements, moved.Data[i])
	}
	d.show(v, http.StatusOK, "fax", view{Title: "Fax to " + recipient(page.Fax), Section: "faxes", Body: page})
}

// firstFax is the part of the first page that shows what became of the first fax.
func (d *Dashboard) firstFax(v *visit) {
	environments, err := d.environments(v.ctx(), v.accountID())
	if err != nil {
		d.failedOn(v, err, homePath)
		return
	}
	entered, err := bus.Call(v.ctx(), d.cfg.Services, contract.EnterEnvironment, v.owned(firstToLookAt(environments, false)))
	if err != nil {
		d.failedOn(v, err, homePath)
		return
	}
	list, err := bus.Call(v.ctx(), d.cfg.Services, contract.ListFaxes, contract.ListFaxesRequest{Tenant: tenantOf(entered), Page: contract.Page{Limit: 1}})
	if err != nil {
		d.failedOn(v, err, homePath)
		return
	}
	body := welcome{}
	if len(list.Data) > 0 {
		body.Fax = &list.Data[0]
	}
	d.show(v, http.StatusOK, "first_fax", view{Title: "Your first fax", Section: "home", Body: body})
}
