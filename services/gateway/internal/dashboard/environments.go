package dashboard

import (
	"net/http"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// environmentPage is one environment and the form for its name.
type environmentPage struct {
	Environment contract.Environment
	Name        string
	Wrong       map[string]string
}

func (d *Dashboard) createEnvironment(v *visit) {
	_, err := bus.Call(v.ctx(), d.cfg.Services, contract.CreateEnvironment, contract.CreateEnvironmentRequest{
		AccountID: v.accountID(), Name: v.c.PostForm("name"), Type: contract.EnvironmentType(v.c.PostForm("type")),
	})
	switch {
	case err == nil:
		seeOther(v.c, keysPath+"?done=environment")
	case apierror.Has(err, apierror.ValidationFailed):
		wrong := map[string]string{}
		for field, message := range wrongFields(err) {
			wrong["environment_"+field] = message
		}
		d.showKeys(v, http.StatusUnprocessableEntity, "", wrong)
	default:
		d.failedOn(v, err, keysPath)
	}
}

func (d *Dashboard) environment(v *visit) {
	found, err := bus.Call(v.ctx(), d.cfg.Services, contract.GetEnvironment, v.owned(v.c.Param("id")))
	if err != nil {
		d.failedOn(v, err, keysPath)
		return
	}
	d.show(v, http.StatusOK, "environment", view{Title: found.Name, Section: "keys", Body: environmentPage{Environment: found, Name: found.Name}})
}

func (d *Dashboard) renameEnvironment(v *visit) {
	r := contract.RenameEnvironmentRequest{AccountID: v.accountID(), ID: v.c.Param("id"), Name: v.c.PostForm("name")}
	_, err := bus.Call(v.ctx(), d.cfg.Services, contract.RenameEnvironment, r)
	if err == nil {
		seeOther(v.c, "/dashboard/environments/"+r.ID+"?done=renamed")
		return
	}
	if !apierror.Has(err, apierror.ValidationFailed) {
		d.failedOn(v, err, keysPath)
		return
	}
	found, findErr := bus.Call(v.ctx(), d.cfg.Services, contract.GetEnvironment, v.owned(r.ID))
	if findErr != nil {
		d.failedOn(v, findErr, keysPath)
		return
	}
	d.show(v, http.StatusUnprocessableEntity, "environment", view{Title: found.Name, Section: "keys", Body: environmentPage{found, r.Name, wrongFields(err)}})
}
