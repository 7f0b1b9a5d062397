package account

import (
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// environmentPage is the body of the page of an environment.
type environmentPage struct {
	Environment contract.Environment
	Name        string
	Wrong       map[string]string
}

func (p *Pages) createEnvironment(c *ui.Context) {
	_, err := bus.Call(c.Ctx(), p.services, contract.CreateEnvironment, contract.CreateEnvironmentRequest{
		AccountID: c.AccountID(), Name: c.PostForm("name"), Type: contract.EnvironmentType(c.PostForm("type")),
	})
	switch {
	case err == nil:
		c.SeeOther(ui.KeysPath + "?done=environment")
	case apierror.Has(err, apierror.ValidationFailed):
		wrong := map[string]string{}
		for field, message := range ui.FieldErrors(err) {
			wrong["environment_"+field] = message
		}
		p.showKeys(c, http.StatusUnprocessableEntity, "", wrong)
	default:
		c.Fail(err, ui.KeysPath)
	}
}

func (p *Pages) environment(c *ui.Context) {
	found, err := bus.Call(c.Ctx(), p.services, contract.GetEnvironment, c.Owned(c.Param("id")))
	if err != nil {
		c.Fail(err, ui.KeysPath)
		return
	}
	c.Show(http.StatusOK, "environment", ui.View{Title: found.Name, Section: "keys", Body: environmentPage{Environment: found, Name: found.Name}})
}

func (p *Pages) renameEnvironment(c *ui.Context) {
	r := contract.RenameEnvironmentRequest{AccountID: c.AccountID(), ID: c.Param("id"), Name: c.PostForm("name")}
	_, err := bus.Call(c.Ctx(), p.services, contract.RenameEnvironment, r)
	if err == nil {
		c.SeeOther("/dashboard/environments/" + r.ID + "?done=renamed")
		return
	}
	if !apierror.Has(err, apierror.ValidationFailed) {
		c.Fail(err, ui.KeysPath)
		return
	}
	found, findErr := bus.Call(c.Ctx(), p.services, contract.GetEnvironment, c.Owned(r.ID))
	if findErr != nil {
		c.Fail(findErr, ui.KeysPath)
		return
	}
	c.Show(http.StatusUnprocessableEntity, "environment", ui.View{Title: found.Name, Section: "keys", Body: environmentPage{found, r.Name, ui.FieldErrors(err)}})
}
