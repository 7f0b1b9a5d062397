package account

import (
	"net/http"
	"strconv"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// settingsPage is the body of the settings page: the settings as stored or as the user filled them in.
type settingsPage struct {
	Name      string
	Threshold string
	Days      string
	Zero      bool
	Cap       string
	Sender    sender
	Wrong     map[string]string
}

// sender is the sender on cover pages.
type sender struct{ Name, Company, Fax string }

func (p *Pages) settings(c *ui.Context) {
	found, err := bus.Call(c.Ctx(), p.services, contract.GetSettings, c.AccountRequest())
	if err != nil {
		c.Fail(err, ui.SettingsPath)
		return
	}
	page := settingsPage{Name: c.Account.Name}
	if found.LowBalanceThreshold != nil {
		page.Threshold = ui.Number(*found.LowBalanceThreshold)
	}
	p.showSettings(c, http.StatusOK, page)
}

func (p *Pages) showSettings(c *ui.Context, status int, page settingsPage) {
	if page.Days == "" {
		found, err := bus.Call(c.Ctx(), p.services, contract.GetFaxSettings, c.AccountRequest())
		if err != nil {
			c.Fail(err, ui.SettingsPath)
			return
		}
		page.Days, page.Zero = strconv.Itoa(found.RetentionDays), found.ZeroFootprint
		page.Sender = sender{ui.Text(found.SenderName), ui.Text(found.SenderCompany), ui.Text(found.SenderFax)}
		if found.DailySpendCap != nil {
			page.Cap = ui.Number(*found.DailySpendCap)
		}
	}
	c.Show(status, "settings", ui.View{Title: "Settings", Section: "settings", Body: page})
}

func (p *Pages) saveSettings(c *ui.Context) {
	page := settingsPage{Name: c.PostForm("name"), Threshold: c.PostForm("low_balance_threshold")}
	threshold, err := ui.ParseNumber(page.Threshold)
	if err != nil {
		page.Wrong = map[string]string{"low_balance_threshold": "Please " + err.Error() + ", or leave it empty."}
		p.showSettings(c, http.StatusUnprocessableEntity, page)
		return
	}
	ofPool := contract.SetLowBalanceRequest{AccountID: c.AccountID(), Threshold: threshold}
	if err = ofPool.Check(); err == nil { // before the name, so that not half of the form is saved
		_, err = bus.Call(c.Ctx(), p.services, contract.RenameAccount, contract.RenameAccountRequest{AccountID: c.AccountID(), Name: page.Name})
	}
	if err == nil {
		_, err = bus.Call(c.Ctx(), p.services, contract.SetLowBalance, ofPool)
	}
	switch {
	case err == nil:
		c.SeeOther(ui.SettingsPath + "?done=settings")
	case apierror.Has(err, apierror.ValidationFailed):
		page.Wrong = ui.FieldErrors(err)
		p.showSettings(c, http.StatusUnprocessableEntity, page)
	default:
		c.Fail(err, ui.SettingsPath)
	}
}

// saveFaxSettings sets the retention of faxes, their daily spend cap and their sender.
func (p *Pages) saveFaxSettings(c *ui.Context) {
	page := settingsPage{
		Name: c.Account.Name, Days: c.PostForm("retention_days"), Zero: c.PostForm("zero_footprint") != "", Cap: c.PostForm("daily_spend_cap"),
		Sender: sender{c.PostForm("sender_name"), c.PostForm("sender_company"), c.PostForm("sender_fax")},
	}
	days, err := ui.ParseNumber(page.Days)
	if err != nil || days == nil {
		page.Wrong = map[string]string{"retention_days": "Please write a number of days."}
		p.showSettings(c, http.StatusUnprocessableEntity, page)
		return
	}
	most, err := ui.ParseNumber(page.Cap)
	if err != nil {
		page.Wrong = map[string]string{"daily_spend_cap": "Please " + err.Error() + ", or leave it empty."}
		p.showSettings(c, http.StatusUnprocessableEntity, page)
		return
	}
	whole := int(*days)
	_, err = bus.Call(c.Ctx(), p.services, contract.SetFaxSettings, contract.SetFaxSettingsRequest{
		AccountID: c.AccountID(), RetentionDays: &whole, ZeroFootprint: &page.Zero,
		SetsDailySpendCap: true, DailySpendCap: most,
		SenderName: &page.Sender.Name, SenderCompany: &page.Sender.Company, SenderFax: &page.Sender.Fax,
	})
	switch {
	case err == nil:
		c.SeeOther(ui.SettingsPath + "?done=settings")
	case apierror.Has(err, apierror.ValidationFailed):
		page.Wrong = ui.FieldErrors(err)
		p.showSettings(c, http.StatusUnprocessableEntity, page)
	default:
		c.Fail(err, ui.SettingsPath)
	}
}
