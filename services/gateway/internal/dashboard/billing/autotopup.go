package billing

import (
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// autoForm is the form of automatic top-up as the user filled it in.
type autoForm struct {
	Threshold, PackageID, Cap string
}

// autoTopUp switches the automatic top-up of the live pool on or off.
func (p *Pages) autoTopUp(c *ui.Context) {
	given := autoForm{c.PostForm("threshold_amount"), c.PostForm("package_id"), c.PostForm("monthly_cap")}
	enabled := c.PostForm("enabled") != ""
	wrong := map[string]string{}
	threshold, err := ui.ParseNumber(given.Threshold)
	if err != nil {
		wrong["threshold_amount"] = "Please " + err.Error() + "."
	}
	monthlyCap, err := ui.ParseDollars(given.Cap)
	if err != nil {
		wrong["monthly_cap"] = "Please " + err.Error() + "."
	}
	if len(wrong) > 0 {
		p.showBilling(c, http.StatusUnprocessableEntity, nil, &given, wrong)
		return
	}
	_, err = bus.Call(c.Ctx(), p.services, contract.SetAutoTopUp, contract.SetAutoTopUpRequest{
		AccountID: c.AccountID(), Enabled: enabled, ThresholdAmount: threshold, PackageID: given.PackageID, MonthlyCap: monthlyCap,
	})
	switch {
	case apierror.Has(err, apierror.ValidationFailed):
		p.showBilling(c, http.StatusUnprocessableEntity, nil, &given, ui.FieldErrors(err))
	case err != nil:
		c.Fail(err, ui.BillingPath)
	case enabled:
		c.SeeOther(ui.BillingPath + "?done=auto-on")
	default:
		c.SeeOther(ui.BillingPath + "?done=auto-off")
	}
}
