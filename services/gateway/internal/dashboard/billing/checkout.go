package billing

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// maxTries bounds the page that reloads itself: 30 times two seconds.
const maxTries = 30

// waiting is the body of the page while a checkout is not finished.
type waiting struct {
	Setup   bool
	TooLong bool
	Again   string // the address of the next attempt
}

// showCheckout has billing fulfil a checkout and shows the outcome. Stripe redirects here, but any link can lead here: a
// checkout of another account is treated as absent.
func (p *Pages) showCheckout(c *ui.Context, id string) {
	outcome, err := bus.Call(c.Ctx(), p.services, contract.FulfilCheckout, contract.FulfilCheckoutRequest{SessionID: id})
	// An outcome that could not be read is waited for, like one that does not exist yet.
	unknown := apierror.Has(err, apierror.ServiceUnavailable)
	absent := apierror.Has(err, apierror.NotFound) || apierror.Has(err, apierror.ValidationFailed)
	if err != nil && !unknown && !absent {
		c.Fail(err, c.Here())
		return
	}
	foreign := err == nil && outcome.AccountID != c.AccountID()
	if unknown || (err == nil && !foreign && outcome.State == contract.CheckoutOpen) {
		p.wait(c, id, outcome.Setup)
		return
	}
	if absent || foreign {
		p.showActivation(c, http.StatusOK, nil, nil)
		return
	}
	// The account as it is after the outcome, so that the page shows what the purchase did.
	if c.Account, err = bus.Call(c.Ctx(), p.services, contract.GetAccount, c.AccountRequest()); err != nil {
		c.Fail(err, c.Here())
		return
	}
	p.showActivation(c, http.StatusOK, &outcome, nil)
}

// describe adds the outcome of a finished checkout to the page.
func (a *activation) describe(outcome contract.CheckoutOutcome) *ui.Notice {
	switch {
	case outcome.State == contract.CheckoutExpired:
		return &ui.Notice{Bad: true, Text: "That checkout has expired. Nothing was charged and nothing changed."}
	case outcome.Setup:
		return &ui.Notice{Text: "Your card is saved. Saving a card does not activate live."}
	case outcome.Payment != nil:
		a.Bought = &bought{Payment: outcome.Payment, Live: a.livePool()}
		// The purchase that activates is recorded at the very moment of activation; later ones are younger.
		at := a.Account.ActivatedAt
		a.Bought.Activated = at != nil && !at.Before(outcome.Payment.CreatedAt)
	}
	return nil
}

func (a *activation) livePool() contract.Balance {
	for _, balance := range a.Balances {
		if balance.BalanceType == contract.Live {
			return balance
		}
	}
	return contract.Balance{BalanceType: contract.Live, Currency: contract.Currency}
}

// wait shows a page that reloads itself, for about a minute.
func (p *Pages) wait(c *ui.Context, id string, setup bool) {
	try, err := strconv.Atoi(c.Query("try"))
	if err != nil || try < 0 {
		try = 0
	}
	page := waiting{Setup: setup, TooLong: try >= maxTries}
	if page.TooLong {
		page.Again = ui.ActivatePath + "?" + url.Values{"session_id": {id}}.Encode()
		c.Show(http.StatusOK, "waiting", ui.View{Section: "home", Title: "This takes longer than usual", Body: page})
		return
	}
	page.Again = ui.ActivatePath + "?" + url.Values{"session_id": {id}, "try": {strconv.Itoa(try + 1)}}.Encode()
	title := "Activating…"
	if setup {
		title = "Saving your card…"
	}
	c.Show(http.StatusOK, "waiting", ui.View{Section: "home", Title: title, Refresh: page.Again, Body: page})
}
