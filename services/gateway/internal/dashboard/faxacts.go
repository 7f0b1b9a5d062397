package dashboard

import (
	"bytes"
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/previews"
	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// entered finds a fax of the person's whose environment lets them in.
func (d *Dashboard) entered(v *visit) (contract.FoundFax, contract.Environment, error) {
	found, err := bus.Call(v.ctx(), d.cfg.Services, contract.FindFax, v.owned(v.c.Param("id")))
	if err != nil {
		return contract.FoundFax{}, contract.Environment{}, err
	}
	of, err := bus.Call(v.ctx(), d.cfg.Services, contract.EnterEnvironment, v.owned(found.Tenant.EnvironmentID))
	return found, of, err
}

// faxPicture is one page of a fax.
func (d *Dashboard) faxPicture(v *visit) {
	found, _, err := d.entered(v)
	n := previews.PageNumber(v.c.Param("page"))
	if err == nil && n == 0 {
		err = apierror.New(apierror.NotFound)
	}
	var picture bytes.Buffer
	if err == nil {
		var pages contract.FaxPages
		if pages, err = bus.Call(v.ctx(), d.cfg.Services, contract.GetFaxPages, contract.GetFaxRequest{Tenant: found.Tenant, ID: found.Fax.ID}); err == nil {
			err = previews.PNG(v.ctx(), d.cfg.Documents, pages, n, &picture)
		}
	}
	if err != nil {
		d.failedOn(v, err, faxesPath)
		return
	}
	v.c.Data(http.StatusOK, "image/png", picture.Bytes())
}

// actOnFax does something with a fax and shows it, or the one that path names.
func (d *Dashboard) actOnFax(v *visit, act func(contract.FoundFax) (path string, err error)) {
	found, _, err := d.entered(v)
	path := ""
	if err == nil {
		path, err = act(found)
	}
	if err != nil {
		d.failedOn(v, err, faxesPath+"/"+found.Fax.ID)
		return
	}
	seeOther(v.c, path)
}

func (d *Dashboard) cancelFax(v *visit) {
	d.actOnFax(v, func(f contract.FoundFax) (string, error) {
		_, err := bus.Call(v.ctx(), d.cfg.Services, contract.CancelFax, contract.GetFaxRequest{Tenant: f.Tenant, ID: f.Fax.ID})
		return faxesPath + "/" + f.Fax.ID, err
	})
}

func (d *Dashboard) deleteFax(v *visit) {
	d.actOnFax(v, func(f contract.FoundFax) (string, error) {
		if v.c.PostForm("sure") == "" {
			return faxesPath + "/" + f.Fax.ID, nil
		}
		_, err := bus.Call(v.ctx(), d.cfg.Services, contract.DeleteFax, contract.GetFaxRequest{Tenant: f.Tenant, ID: f.Fax.ID})
		return faxesPath + "/" + f.Fax.ID + "?done=erased", err
	})
}

// resendFax sends a fax again, once for a form.
func (d *Dashboard) resendFax(v *visit) {
	d.actOnFax(v, func(f contract.FoundFax) (string, error) {
		once := v.c.PostForm(onceField)
		if !sessions.WellFormed(once) {
			return "", apierror.New(apierror.MalformedRequest)
		}
		resent, err := bus.Call(v.ctx(), d.cfg.Services, contract.ResendFax, contract.ResendFaxRequest{
			Tenant: f.Tenant, ID: f.Fax.ID, IdempotencyKey: "resend-" + once, Fingerprint: []byte(f.Fax.ID),
		})
		return faxesPath + "/" + resent.Fax.ID, err
	})
}
