package billing

import (
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// activation is the body of the page that activates live.
type activation struct {
	Account  contract.Account
	Balances []contract.Balance
	Card     *contract.Card
	Packages []contract.CreditPackage
	Bought   *bought
}

// bought is a purchase that has just been made. Activated says that it activated live.
type bought struct {
	Payment   *contract.Payment
	Activated bool
	Live      contract.Balance
}

// activate shows what works, what waits for activation, and the outcome of the checkout that the user returns from.
func (p *Pages) activate(c *ui.Context) {
	if id := c.Query("session_id"); id != "" {
		p.showCheckout(c, id)
		return
	}
	var notice *ui.Notice
	if c.Query("checkout") == "cancelled" {
		notice = &ui.Notice{Text: "Nothing was charged and nothing changed."}
	}
	p.showActivation(c, http.StatusOK, nil, notice)
}

// checkout opens Stripe's page for a package and redirects there.
func (p *Pages) checkout(c *ui.Context) {
	opened, err := bus.Call(c.Ctx(), p.services, contract.CreateCheckout, contract.CreateCheckoutRequest{
		AccountID: c.AccountID(), Name: c.Account.Name, Email: c.Account.Email, PackageID: c.PostForm("package_id"),
	})
	switch {
	case err == nil:
		c.SeeOther(opened.URL)
	case apierror.Has(err, apierror.ValidationFailed): // the package is not for sale now, or none was chosen
		p.showActivation(c, http.StatusUnprocessableEntity, nil, &ui.Notice{Bad: true, Text: "Please choose one of the packages below. Nothing was charged."})
	default:
		c.Fail(err, ui.ActivatePath)
	}
}

// showActivation shows the page with the current state of the account.
func (p *Pages) showActivation(c *ui.Context, status int, outcome *contract.CheckoutOutcome, notice *ui.Notice) {
	page, err := p.activationPage(c)
	if err != nil {
		c.Fail(err, c.Here())
		return
	}
	if outcome != nil {
		notice = page.describe(*outcome)
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
	c.Show(status, "activate", ui.View{Title: title, Section: "home", Notice: notice, Body: page})
}

func (p *Pages) activationPage(c *ui.Context) (activation, error) {
	balances, err := bus.Call(c.Ctx(), p.services, contract.GetBalances, c.AccountRequest())
	if err != nil {
		return activation{}, err
	}
	card, err := bus.Call(c.Ctx(), p.services, contract.GetCard, c.AccountRequest())
	if err != nil {
		return activation{}, err
	}
	packages, err := bus.Call(c.Ctx(), p.services, contract.ListPackages, contract.None{})
	return activation{Account: c.Account, Balances: balances.Data, Card: card.Card, Packages: packages.Data}, err
}
