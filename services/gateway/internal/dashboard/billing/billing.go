package billing

import (
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// billing is the body of the page about money.
type billing struct {
	Balances  []contract.Balance
	Packages  []contract.CreditPackage
	Card      *contract.Card
	Automatic contract.AutoTopUp
	Payments  []contract.Payment
	Months    []contract.Month
	Once      string
	Given     *autoForm
	Wrong     map[string]string
}

// Threshold, Cap and Package are the initial values of the form of automatic top-up.
func (b billing) Threshold() string {
	if b.Given != nil {
		return b.Given.Threshold
	}
	if b.Automatic.ThresholdAmount == nil {
		return ""
	}
	return ui.Number(*b.Automatic.ThresholdAmount)
}

// Cap is in dollars.
func (b billing) Cap() string {
	if b.Given != nil {
		return b.Given.Cap
	}
	if b.Automatic.MonthlyCap == nil {
		return ""
	}
	return ui.Number(*b.Automatic.MonthlyCap / 100)
}

// Package is the id of the chosen package.
func (b billing) Package() string {
	if b.Given != nil {
		return b.Given.PackageID
	}
	return ui.Text(b.Automatic.PackageID)
}

// monthsShown is how many months the form for statements offers.
const monthsShown = 12

func (p *Pages) billing(c *ui.Context) { p.showBilling(c, http.StatusOK, nil, nil, nil) }

func (p *Pages) showBilling(c *ui.Context, status int, notice *ui.Notice, given *autoForm, wrong map[string]string) {
	page := billing{Once: ui.NewSecret(), Months: months(time.Now(), c.Account.CreatedAt), Given: given, Wrong: wrong}
	all, ctx := errgroup.WithContext(c.Ctx())
	all.Go(func() error {
		found, err := bus.Call(ctx, p.services, contract.GetBalances, c.AccountRequest())
		page.Balances = found.Data
		return err
	})
	all.Go(func() error {
		found, err := bus.Call(ctx, p.services, contract.ListPackages, contract.None{})
		page.Packages = found.Data
		return err
	})
	all.Go(func() error {
		found, err := bus.Call(ctx, p.services, contract.GetCard, c.AccountRequest())
		page.Card = found.Card
		return err
	})
	all.Go(func() (err error) {
		page.Automatic, err = bus.Call(ctx, p.services, contract.GetAutoTopUp, c.AccountRequest())
		return err
	})
	all.Go(func() error {
		found, err := bus.Call(ctx, p.services, contract.ListPayments, contract.ListOwnedRequest{AccountID: c.AccountID(), Page: contract.Page{Limit: 5}})
		page.Payments = found.Data
		return err
	})
	if err := all.Wait(); err != nil {
		c.Fail(err, ui.BillingPath)
		return
	}
	c.Show(status, "billing", ui.View{Title: "Billing", Section: "billing", Notice: notice, Body: page})
}

// months returns those that have a statement, newest first.
func months(now, since time.Time) []contract.Month {
	first := time.Date(now.UTC().Year(), now.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
	var list []contract.Month
	for n := range monthsShown {
		month := first.AddDate(0, -n, 0)
		if month.AddDate(0, 1, 0).Before(since) {
			break
		}
		list = append(list, contract.Month(month.Format("2006-01")))
	}
	return list
}

// topUp charges the saved card for a package, once for each form.
func (p *Pages) topUp(c *ui.Context) {
	once := c.PostForm(ui.OnceField)
	if !ui.WellFormed(once) {
		c.RefuseForm(ui.BillingPath)
		return
	}
	_, err := bus.Call(c.Ctx(), p.services, contract.CreateTopUp, contract.CreateTopUpRequest{
		AccountID: c.AccountID(), Name: c.Account.Name, Email: c.Account.Email, PackageID: c.PostForm("package_id"), RequestKey: "dashboard-" + once,
	})
	switch apierror.CodeOf(err) {
	case apierror.ValidationFailed:
		p.showBilling(c, http.StatusUnprocessableEntity, &ui.Notice{Bad: true, Text: "Please choose one of the packages below. Nothing was charged."}, nil, nil)
	case apierror.PaymentDeclined:
		p.declined(c, err)
	default:
		if err != nil {
			c.Fail(err, ui.BillingPath)
			return
		}
		c.SeeOther(ui.BillingPath + "?done=topped-up")
	}
}

// declined redirects to the bank's authentication, if it asks for one, or says that nothing was charged.
func (p *Pages) declined(c *ui.Context, err error) {
	context := edge.Details(err)
	if url, _ := context["checkout_url"].(string); url != "" {
		c.SeeOther(url)
		return
	}
	text := "Your card was declined, and nothing was charged. Pay with another card, or ask your bank."
	switch context["decline_code"] {
	case contract.NoCard:
		text = "There is no card on file. Pay on Stripe's page, which saves the card."
	case "insufficient_funds":
		text = "Your card has not enough money, and nothing was charged. Pay with another card."
	case "expired_card":
		text = "Your card has expired, and nothing was charged. Pay with another card."
	}
	p.showBilling(c, http.StatusPaymentRequired, &ui.Notice{Bad: true, Text: text}, nil, nil)
}

// saveCard opens Stripe's page that saves a card and charges nothing.
func (p *Pages) saveCard(c *ui.Context) {
	opened, err := bus.Call(c.Ctx(), p.services, contract.CreateSetup, contract.CreateSetupRequest{AccountID: c.AccountID(), Name: c.Account.Name, Email: c.Account.Email})
	if err != nil {
		c.Fail(err, ui.BillingPath)
		return
	}
	c.SeeOther(opened.URL)
}

func (p *Pages) removeCard(c *ui.Context) {
	if c.PostForm("sure") == "" {
		p.showBilling(c, http.StatusUnprocessableEntity, nil, nil, map[string]string{"sure": "Tick the box to remove the card."})
		return
	}
	if _, err := bus.Call(c.Ctx(), p.services, contract.RemoveCard, c.AccountRequest()); err != nil {
		c.Fail(err, ui.BillingPath)
		return
	}
	c.SeeOther(ui.BillingPath + "?done=card-removed")
}
