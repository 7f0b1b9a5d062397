package faxes

import (
	"bytes"
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/services/gateway/internal/media"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// entered finds a fax of the account and passes the activation gate of its environment.
func (p *Pages) entered(c *ui.Context) (contract.FoundFax, contract.Environment, error) {
	found, err := bus.Call(c.Ctx(), p.services, contract.FindFax, c.Owned(c.Param("id")))
	if err != nil {
		return contract.FoundFax{}, contract.Environment{}, err
	}
	of, err := bus.Call(c.Ctx(), p.services, contract.EnterEnvironment, c.Owned(found.Tenant.EnvironmentID))
	return found, of, err
}

// pageImage answers with the image of one page.
func (p *Pages) pageImage(c *ui.Context) {
	found, _, err := p.entered(c)
	n := media.PageNumber(c.Param("page"))
	if err == nil && n == 0 {
		err = apierror.New(apierror.NotFound)
	}
	var picture bytes.Buffer
	if err == nil {
		var pages contract.FaxPages
		if pages, err = bus.Call(c.Ctx(), p.services, contract.GetFaxPages, contract.GetFaxRequest{Tenant: found.Tenant, ID: found.Fax.ID}); err == nil {
			err = media.PNG(c.Ctx(), p.documents, pages, n, &picture)
		}
	}
	if err != nil {
		c.Fail(err, ui.FaxesPath)
		return
	}
	c.Data(http.StatusOK, "image/png", picture.Bytes())
}

// act does something with a fax and leads to the path that do returns.
func (p *Pages) act(c *ui.Context, act func(contract.FoundFax) (path string, err error)) {
	found, _, err := p.entered(c)
	path := ""
	if err == nil {
		path, err = act(found)
	}
	if err != nil {
		c.Fail(err, ui.FaxesPath+"/"+found.Fax.ID)
		return
	}
	c.SeeOther(path)
}

func (p *Pages) cancel(c *ui.Context) {
	p.act(c, func(f contract.FoundFax) (string, error) {
		_, err := bus.Call(c.Ctx(), p.services, contract.CancelFax, contract.GetFaxRequest{Tenant: f.Tenant, ID: f.Fax.ID})
		return ui.FaxesPath + "/" + f.Fax.ID, err
	})
}

func (p *Pages) delete(c *ui.Context) {
	p.act(c, func(f contract.FoundFax) (string, error) {
		if c.PostForm("sure") == "" {
			return ui.FaxesPath + "/" + f.Fax.ID, nil
		}
		_, err := bus.Call(c.Ctx(), p.services, contract.DeleteFax, contract.GetFaxRequest{Tenant: f.Tenant, ID: f.Fax.ID})
		return ui.FaxesPath + "/" + f.Fax.ID + "?done=erased", err
	})
}

// resend sends a fax again, once for each form.
func (p *Pages) resend(c *ui.Context) {
	p.act(c, func(f contract.FoundFax) (string, error) {
		once := c.PostForm(ui.OnceField)
		if !ui.WellFormed(once) {
			return "", apierror.New(apierror.MalformedRequest)
		}
		resent, err := bus.Call(c.Ctx(), p.services, contract.ResendFax, contract.ResendFaxRequest{
			Tenant: f.Tenant, ID: f.Fax.ID, IdempotencyKey: "resend-" + once, Fingerprint: []byte(f.Fax.ID),
		})
		return ui.FaxesPath + "/" + resent.Fax.ID, err
	})
}
