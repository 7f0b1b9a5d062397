package dashboard

import (
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// billing is what the page about money shows.
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

// Threshold, Cap and Package are what the form of automatic top-up begins with.
func (b billing) Threshold() string {
	if b.Given != nil {
		return b.Given.Threshold
	}
	if b.Automatic.ThresholdAmount == nil {
		return ""
	}
	return number(*b.Automatic.ThresholdAmount)
}

// Cap is in dollars.
func (b billing) Cap() string {
	if b.Given != nil {
		return b.Given.Cap
	}
	if b.Automatic.MonthlyCap == nil {
		return ""
	}
	return number(*b.Automatic.MonthlyCap / 100)
}

// Package is the id of the chosen package.
func (b billing) Package() string {
	if b.Given != nil {
		return b.Given.PackageID
	}
	return text(b.Automatic.PackageID)
}

// monthsShown is how many months the form for statements offers.
const monthsShown = 12

func (d *Dashboard) billing(v *visit) { d.showBilling(v, http.StatusOK, nil, nil, nil) }

func (d *Dashboard) showBilling(v *visit, status int, told *notice, given *autoForm, wrong map[string]string) {
	page := billing{Once: sessions.NewSecret(), Months: months(time.Now(), v.account.CreatedAt), Given: given, Wrong: wrong}
	all, ctx := errgroup.WithContext(v.ctx())
	all.Go(func() error {
		found, err := bus.Call(ctx, d.cfg.Services, contract.GetBalances, v.who())
		page.Balances = found.Data
		return err
	})
	all.Go(func() error {
		found, err := bus.Call(ctx, d.cfg.Services, contract.ListPackages, contract.None{})
		page.Packages = found.Data
		return err
	})
	all.Go(func() error {
		found, err := bus.Call(ctx, d.cfg.Services, contract.GetCard, v.who())
		page.Card = found.Card
		return err
	})
	all.Go(func() (err error) {
		page.Automatic, err = bus.Call(ctx, d.cfg.Services, contract.GetAutoTopUp, v.who())
		return err
	})
	all.Go(func() error {
		found, err := bus.Call(ctx, d.cfg.Services, contract.ListPayments, contract.ListOwnedRequest{AccountID: v.accountID(), Page: contract.Page{Limit: 5}})
		page.Payments = found.Data
		return err
	})
	if err := all.Wait(); err != nil {
		d.failedOn(v, err, billingPath)
		return
	}
	d.show(v, status, "billing", view{Title: "Billing", Section: "billing", Notice: told, Body: page})
}

// months are those with a statement, newest first.
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

// topUp charges the saved card for a package, once for a form however often it is sent.
func (d *Dashboard) topUp(v *visit) {
	once := v.c.PostForm(onceField)
	if !sessions.WellFormed(once) {
		d.foreignForm(v.c, billingPath)
		return
	}
	_, err := bus.Call(v.ctx(), d.cfg.Services, contract.CreateTopUp, contract.CreateTopUpRequest{
		AccountID: v.accountID(), Name: v.account.Name, Email: v.account.Email, PackageID: v.c.PostForm("package_id"), RequestKey: "dashboard-" + once,
	})
	switch apierror.CodeOf(err) {
	case apierror.ValidationFailed:
		d.showBilling(v, http.StatusUnprocessableEntity, &notice{Bad: true, Text: "Please choose one of the packages below. Nothing was charged."}, nil, nil)
	case apierror.PaymentDeclined:
		d.declined(v, err)
	default:
		if err != nil {
			d.failedOn(v, err, billingPath)
			return
		}
		seeOther(v.c, billingPath+"?done=topped-up")
	}
}

// declined sends the person to their bank's question, when it has one, or says that nothing was charged.
func (d *Dashboard) declined(v *visit, err error) {
	context := contextOf(err)
	if url, _ := context["checkout_url"].(string); url != "" {
		seeOther(v.c, url)
		return
	}
	told := "Your card was declined, and nothing was charged. Pay with another card, or ask your bank."
	switch context["decline_code"] {
	case contract.NoCard:
		told = "There is no card on file. Pay on Stripe's page, which saves the card."
	case "insufficient_funds":
		told = "Your card has not enough money, and nothing was charged. Pay with another card."
	case "expired_card":
		told = "Your card has expired, and nothing was charged. Pay with another card."
	}
	d.showBilling(v, http.StatusPaymentRequired, &notice{Bad: true, Text: told}, nil, nil)
}

// saveCard opens Stripe's page that saves a card and charges nothing.
func (d *Dashboard) saveCard(v *visit) {
	opened, err := bus.Call(v.ctx(), d.cfg.Services, contract.CreateSetup, contract.CreateSetupRequest{AccountID: v.accountID(), Name: v.account.Name, Email: v.account.Email})
	if err != nil {
		d.failedOn(v, err, billingPath)
		return
	}
	seeOther(v.c, opened.URL)
}

func (d *Dashboard) removeCard(v *visit) {
	if v.c.PostForm("sure") == "" {
		d.showBilling(v, http.StatusUnprocessableEntity, nil, nil, map[string]string{"sure": "Tick the box to remove the card."})
		return
	}
	if _, err := bus.Call(v.ctx(), d.cfg.Services, contract.RemoveCard, v.who()); err != nil {
		d.failedOn(v, err, billingPath)
		return
	}
	seeOther(v.c, billingPath+"?done=card-removed")
}
