package dashboard

import (
	"net/http"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// settingsPage is the form of the account's settings, as it stands or as it was given.
type settingsPage struct {
	Name      string
	Threshold string
	Wrong     map[string]string
}

func (d *Dashboard) settings(v *visit) {
	found, err := d.cfg.RPC.GetSettings(v.ctx(), v.who())
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
	_, err = d.cfg.RPC.RenameAccount(v.ctx(), contract.RenameAccountRequest{AccountID: v.accountID(), Name: page.Name})
	if err == nil {
		_, err = d.cfg.RPC.SetLowBalance(v.ctx(), contract.SetLowBalanceRequest{AccountID: v.accountID(), Threshold: threshold})
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
