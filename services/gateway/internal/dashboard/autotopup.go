package dashboard

import (
	"net/http"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// autoForm is the form of automatic top-up as it was given.
type autoForm struct {
	Threshold, PackageID, Cap string
}

// autoTopUp sets how the live pool is topped up by itself, or that it is not.
func (d *Dashboard) autoTopUp(v *visit) {
	given := autoForm{v.c.PostForm("threshold_amount"), v.c.PostForm("package_id"), v.c.PostForm("monthly_cap")}
	enabled := v.c.PostForm("enabled") != ""
	wrong := map[string]string{}
	threshold, err := wholeNumber(given.Threshold)
	if err != nil {
		wrong["threshold_amount"] = "Please " + err.Error() + "."
	}
	monthlyCap, err := dollars(given.Cap)
	if err != nil {
		wrong["monthly_cap"] = "Please " + err.Error() + "."
	}
	if len(wrong) > 0 {
		d.showBilling(v, http.StatusUnprocessableEntity, nil, &given, wrong)
		return
	}
	_, err = bus.Call(v.ctx(), d.cfg.Services, contract.SetAutoTopUp, contract.SetAutoTopUpRequest{
		AccountID: v.accountID(), Enabled: enabled, ThresholdAmount: threshold, PackageID: given.PackageID, MonthlyCap: monthlyCap,
	})
	switch {
	case apierror.Has(err, apierror.ValidationFailed):
		d.showBilling(v, http.StatusUnprocessableEntity, nil, &given, wrongFields(err))
	case err != nil:
		d.failedOn(v, err, billingPath)
	case enabled:
		seeOther(v.c, billingPath+"?done=auto-on")
	default:
		seeOther(v.c, billingPath+"?done=auto-off")
	}
}
