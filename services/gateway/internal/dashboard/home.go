package dashboard

import (
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// home is the body of the start page.
type home struct {
	Balances     []contract.Balance
	Packages     []contract.CreditPackage // only before activation
	Tallies      []tally
	Attention    []attention
	Environments []contract.Environment
}

// tally counts the faxes of the last day in the environments of one type.
type tally struct {
	Type                        contract.EnvironmentType
	Delivered, Failed, UnderWay int
}

// attention is something that the user should act on.
type attention struct {
	Text, Link, LinkText string
}

// today is how far back the start page looks.
const today = 24 * time.Hour

func (d *Dashboard) home(c *ui.Context) {
	page, err := d.homeOf(c)
	if err != nil {
		c.Fail(err, ui.HomePath)
		return
	}
	c.Show(http.StatusOK, "home", ui.View{Title: c.Account.Name, Section: "home", Body: page})
}

func (d *Dashboard) homeOf(c *ui.Context) (home, error) {
	var page home
	var automatic contract.AutoTopUp
	var settings contract.Settings
	var overview contract.FaxOverview
	all, ctx := errgroup.WithContext(c.Ctx())
	all.Go(func() error {
		balances, err := bus.Call(ctx, d.site.Services, contract.GetBalances, c.AccountRequest())
		page.Balances = balances.Data
		return err
	})
	all.Go(func() (err error) {
		automatic, err = bus.Call(ctx, d.site.Services, contract.GetAutoTopUp, c.AccountRequest())
		return err
	})
	all.Go(func() (err error) {
		settings, err = bus.Call(ctx, d.site.Services, contract.GetSettings, c.AccountRequest())
		return err
	})
	all.Go(func() (err error) {
		page.Environments, err = c.Environments(ctx)
		if err == nil && len(page.Environments) > 0 {
			overview, err = bus.Call(ctx, d.site.Services, contract.GetFaxOverview, contract.FaxOverviewRequest{
				AccountID: c.AccountID(), EnvironmentIDs: environmentIDs(page.Environments), Since: time.Now().Add(-today),
			})
		}
		return err
	})
	if c.Account.ActivatedAt == nil {
		all.Go(func() error {
			packages, err := bus.Call(ctx, d.site.Services, contract.ListPackages, contract.None{})
			page.Packages = packages.Data
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return home{}, err
	}
	page.Tallies = tallies(overview.Counts)
	page.Attention = needs(c.Account.ActivatedAt != nil, page.Balances, automatic, settings, overview.Failed)
	return page, nil
}

func environmentIDs(environments []contract.Environment) []string {
	ids := make([]string, len(environments))
	for i, e := range environments {
		ids[i] = e.ID
	}
	return ids
}

func tallies(counts []contract.FaxCount) []tally {
	all := []tally{{Type: contract.Live}, {Type: contract.Sandbox}}
	for _, c := range counts {
		t := &all[0]
		if c.EnvironmentType == contract.Sandbox {
			t = &all[1]
		}
		switch {
		case c.Status == contract.FaxStatusDelivered:
			t.Delivered += c.Count
		case c.Status == contract.FaxStatusFailed:
			t.Failed += c.Count
		case !c.Status.Terminal():
			t.UnderWay += c.Count
		}
	}
	return all
}

// needs lists what the user should look at. Failed sandbox faxes are not in it: they fail by design.
func needs(activated bool, balances []contract.Balance, automatic contract.AutoTopUp, settings contract.Settings, failed []contract.FoundFax) []attention {
	var list []attention
	if automatic.PausedReason != nil {
		list = append(list, attention{"Automatic top-up is paused. " + ui.PauseReason(*automatic.PausedReason), ui.BillingPath, "Billing"})
	}
	for _, b := range balances {
		threshold := settings.LowBalanceThreshold
		if activated && b.BalanceType == contract.Live && threshold != nil && b.Available < *threshold {
			list = append(list, attention{
				fmt.Sprintf("The live pool has %s credits, fewer than the %s you want to be told at.", ui.Number(b.Available), ui.Number(*threshold)),
				ui.BillingPath, "Buy credits",
			})
		}
	}
	for _, f := range failed {
		if f.Tenant.EnvironmentType == contract.Live {
			list = append(list, attention{
				fmt.Sprintf("The fax to %s failed. %s %s", ui.Recipient(f.Fax), ui.FailureReason(f.Fax.ErrorCode), ui.FailureAdvice(f.Fax.ErrorCode)),
				ui.FaxesPath + "/" + f.Fax.ID, "Look at the fax",
			})
		}
	}
	return list
}
