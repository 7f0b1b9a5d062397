package dashboard

import (
	"net/http"
	"strconv"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// settingsPage is the form of the account's settings, as it stands or as it was given.
type settingsPage struct {
	Name      string
	Threshold string
	Days      string
	Zero      bool
	Cap       string
	Sender    sender
	Wrong     map[string]string
}

// sender is what cover pages say of who sends.
type sender struct{ Name, Company, Fax string }

func (d *Dashboard) settings(v *visit) {
	found, err := bus.Call(v.ctx(), d.cfg.Services, contract.GetSettings, v.who())
	if err != nil {
		d.failedOn(v, err, settingsPath)
		return
	}
	page := settingsPage{Name: v.account.Name}
	if found.LowBalanceThreshold != nil {
		page.Threshold = number(*found.LowBalanceThreshold)
	}
	d.showSettings(v, http.StatusOK, page)
}

func (d *Dashboard) showSettings(v *visit, status int, page settingsPage) {
	if page.Days == "" {
		found, err := bus.Call(v.ctx(), d.cfg.Services, contract.GetFaxSettings, v.who())
		if err != nil {
			d.failedOn(v, err, settingsPath)
			return
		}
		page.Days, page.Zero = strconv.Itoa(found.RetentionDays), found.ZeroFootprint
		page.Sender = sender{text(found.SenderName), text(found.SenderCompany), text(found.SenderFax)}
		if found.DailySpendCap != nil {
			page.Cap = number(*found.DailySpendCap)
		}
	}
	d.show(v, status, "settings", view{Title: "Settings", Section: "settings", Body: page})
}

func (d *Dashboard) saveSettings(v *visit) {
	page := settingsPage{Name: v.c.PostForm("name"), Threshold: v.c.PostForm("low_balance_threshold")}
	threshold, err := wholeNumber(page.Threshold)
	if err != nil {
		page.Wrong = map[string]string{"low_balance_threshold": "Please " + err.Error() + ", or leave it empty."}
		d.showSettings(v, http.StatusUnprocessableEntity, page)
		return
	}
	ofPool := contract.SetLowBalanceRequest{AccountID: v.accountID(), Threshold: threshold}
	if err = ofPool.Check(); err == nil { // before the name, so that not half of the form is saved
		_, err = bus.Call(v.ctx(), d.cfg.Services, contract.RenameAccount, contract.RenameAccountRequest{AccountID: v.accountID(), Name: page.Name})
	}
	if err == nil {
		_, err = bus.Call(v.ctx(), d.cfg.Services, contract.SetLowBalance, ofPool)
	}
	switch {
	case err == nil:
		seeOther(v.c, settingsPath+"?done=settings")
	case apierror.Has(err, apierror.ValidationFailed):
		page.Wrong = wrongFields(err)
		d.showSettings(v, http.StatusUnprocessableEntity, page)
	default:
		d.failedOn(v, err, settingsPath)
	}
}

// saveFaxSettings sets how long faxes are kept, what they may cost and who sends them.
func (d *Dashboard) saveFaxSettings(v *visit) {
	page := settingsPage{
		Name: v.account.Name, Days: v.c.PostForm("retention_days"), Zero: v.c.PostForm("zero_footprint") != "", Cap: v.c.PostForm("daily_spend_cap"),
		Sender: sender{v.c.PostForm("sender_name"), v.c.PostForm("sender_company"), v.c.PostForm("sender_fax")},
	}
	days, err := wholeNumber(page.Days)
	if err != nil || days == nil {
		page.Wrong = map[string]string{"retention_days": "Please write a number of days."}
		d.showSettings(v, http.StatusUnprocessableEntity, page)
		return
	}
	most, err := wholeNumber(page.Cap)
	if err != nil {
		page.Wrong = map[string]string{"daily_spend_cap": "Please " + err.Error() + ", or leave it empty."}
		d.showSettings(v, http.StatusUnprocessableEntity, page)
		return
	}
	whole := int(*days)
	_, err = bus.Call(v.ctx(), d.cfg.Services, contract.SetFaxSettings, contract.SetFaxSettingsRequest{
		AccountID: v.accountID(), RetentionDays: &whole, ZeroFootprint: &page.Zero,
		SetsDailySpendCap: true, DailySpendCap: most,
		SenderName: &page.Sender.Name, SenderCompany: &page.Sender.Company, SenderFax: &page.Sender.Fax,
	})
	switch {
	case err == nil:
		seeOther(v.c, settingsPath+"?done=settings")
	case apierror.Has(err, apierror.ValidationFailed):
		page.Wrong = wrongFields(err)
		d.showSettings(v, http.StatusUnprocessableEntity, page)
	default:
		d.failedOn(v, err, settingsPath)
	}
}
