package dashboard

import (
	"net/http"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// account is what the page of the activation shows.
type account struct {
	Account  contract.Account
	Balances []contract.Balance
	Card     *contract.Card
	Packages []contract.CreditPackage
	Bought   *bought
}

// bought is a purchase that has just been made. Activated says that it was the one that activated live.
type bought struct {
	Payment   *contract.Payment
	Activated bool
	Live      contract.Balance
}

// activate shows the account: what works, what waits, and what became of the checkout that the person
// comes back from.
func (d *Dashboard) activate(v *visit) {
	if id := v.c.Query("session_id"); id != "" {
		d.showCheckout(v, id)
		return
	}
	var told *notice
	if v.c.Query("checkout") == "cancelled" {
		told = &notice{Text: "Nothing was charged and nothing changed."}
	}
	d.showAccount(v, http.StatusOK, nil, told)
}

// checkout opens Stripe's page for a package and sends the person there.
func (d *Dashboard) checkout(v *visit) {
	opened, err := bus.Call(v.ctx(), d.cfg.Services, contract.CreateCheckout, contract.CreateCheckoutRequest{
		AccountID: v.accountID(), Name: v.account.Name, Email: v.account.Email, PackageID: v.c.PostForm("package_id"),
	})
	switch {
	case err == nil:
		seeOther(v.c, opened.URL)
	case apierror.Has(err, apierror.ValidationFailed): // the package is not for sale now, or none was chosen
		d.showAccount(v, http.StatusUnprocessableEntity, nil, &notice{Bad: true, Text: "Please choose one of the packages below. Nothing was charged."})
	default:
		d.failedOn(v, err, activatePath)
	}
}

// showAccount asks the services for everything that the page shows, each time anew.
func (d *Dashboard) showAccount(v *visit, status int, outcome *contract.CheckoutOutcome, told *notice) {
	page, err := d.accountPage(v)
	if err != nil {
		d.failedOn(v, err, v.here())
		return
	}
	if outcome != nil {
		told = page.tell(*outcome)
	}
	title := "Activate Live"
	switch {
	case page.Bought != nil && page.Bought.Activated:
		title = "Live is activated"
	case page.Bought != nil:
		title = "Credits added"
	case page.Account.ActivatedAt != nil:
		title = "Your account"
	}
	d.show(v, status, "account", view{Title: title, Section: "home", Notice: told, Body: page})
}

func (d *Dashboard) accountPage(v *visit) (account, error) {
	balances, err := bus.Call(v.ctx(), d.cfg.Services, contract.GetBalances, v.who())
	if err != nil {
		return account{}, err
	}
	card, err := bus.Call(v.ctx(), d.cfg.Services, contract.GetCard, v.who())
	if err != nil {
		return account{}, err
	}
	packages, err := bus.Call(v.ctx(), d.cfg.Services, contract.ListPackages, contract.None{})
	return account{Account: v.account, Balances: balances.Data, Card: card.Card, Packages: packages.Data}, err
}
