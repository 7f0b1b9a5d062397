package dashboard

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// maxTries bounds the page that reloads itself: 30 times two seconds.
const maxTries = 30

// waiting is what the page shows while a checkout is not finished.
type waiting struct {
	Setup   bool
	TooLong bool
	Again   string // this page, asked for once more
}

// showCheckout asks billing to do what a checkout is due and shows the outcome. Stripe's page sends
// people here, and so can anybody: a checkout that is not theirs is treated as not there.
func (d *Dashboard) showCheckout(v *visit, id string) {
	outcome, err := bus.Call(v.ctx(), d.cfg.Services, contract.FulfilCheckout, contract.FulfilCheckoutRequest{SessionID: id})
	// An outcome that nobody could tell yet is waited for, like one that is not there yet.
	unknown := apierror.Has(err, apierror.ServiceUnavailable)
	absent := apierror.Has(err, apierror.NotFound) || apierror.Has(err, apierror.ValidationFailed)
	if err != nil && !unknown && !absent {
		d.failedOn(v, err, v.here())
		return
	}
	foreign := err == nil && outcome.AccountID != v.accountID()
	if unknown || (err == nil && !foreign && outcome.State == contract.CheckoutOpen) {
		d.wait(v, id, outcome.Setup)
		return
	}
	if absent || foreign {
		d.showAccount(v, http.StatusOK, nil, nil)
		return
	}
	// The account as it is after the outcome, so that the page shows what the purchase did.
	if v.account, err = bus.Call(v.ctx(), d.cfg.Services, contract.GetAccount, v.who()); err != nil {
		d.failedOn(v, err, v.here())
		return
	}
	d.showAccount(v, http.StatusOK, &outcome, nil)
}

// tell adds to the page what became of a finished checkout.
func (p *account) tell(outcome contract.CheckoutOutcome) *notice {
	switch {
	case outcome.State == contract.CheckoutExpired:
		return &notice{Bad: true, Text: "That checkout has expired. Nothing was charged and nothing changed."}
	case outcome.Setup:
		return &notice{Text: "Your card is saved. Saving a card does not activate live."}
	case outcome.Payment != nil:
		p.Bought = &bought{Payment: outcome.Payment, Live: p.live()}
		// The purchase that activates is recorded at the very moment of activation; later ones are younger.
		at := p.Account.ActivatedAt
		p.Bought.Activated = at != nil && !at.Before(outcome.Payment.CreatedAt)
	}
	return nil
}

func (p *account) live() contract.Balance {
	for _, balance := range p.Balances {
		if balance.BalanceType == contract.Live {
			return balance
		}
	}
	return contract.Balance{BalanceType: contract.Live, Currency: contract.Currency}
}

// wait shows a page that asks again by itself, for about a minute.
func (d *Dashboard) wait(v *visit, id string, setup bool) {
	try, err := strconv.Atoi(v.c.Query("try"))
	if err != nil || try < 0 {
		try = 0
	}
	page := waiting{Setup: setup, TooLong: try >= maxTries}
	if page.TooLong {
		page.Again = activatePath + "?" + url.Values{"session_id": {id}}.Encode()
		d.show(v, http.StatusOK, "waiting", view{Section: "home", Title: "This takes longer than usual", Body: page})
		return
	}
	page.Again = activatePath + "?" + url.Values{"session_id": {id}, "try": {strconv.Itoa(try + 1)}}.Encode()
	title := "Activating…"
	if setup {
		title = "Saving your card…"
	}
	d.show(v, http.StatusOK, "waiting", view{Section: "home", Title: title, Refresh: page.Again, Body: page})
}
