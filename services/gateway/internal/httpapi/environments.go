package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

func (a *API) listEnvironments(c *gin.Context) (reply, error) {
	asked, err := owned(c)
	if err != nil {
		return reply{}, err
	}
	list, err := bus.Call(c.Request.Context(), a.services, contract.ListEnvironments, asked)
	return reply{status: http.StatusOK, body: list}, err
}

func (a *API) createEnvironment(c *gin.Context) (reply, error) {
	var body struct {
		Name string                   `json:"name"`
		Type contract.EnvironmentType `json:"type"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	made, err := bus.Call(c.Request.Context(), a.services, contract.CreateEnvironment, contract.CreateEnvironmentRequest{
		AccountID: admission.Caller(c).AccountID, Name: body.Name, Type: body.Type,
	})
	return reply{status: http.StatusCreated, body: made}, err
}

func (a *API) getAccountEnvironment(c *gin.Context) (reply, error) {
	found, err := bus.Call(c.Request.Context(), a.services, contract.GetEnvironment, contract.OwnedRequest{AccountID: admission.Caller(c).AccountID, ID: c.Param("id")})
	return reply{status: http.StatusOK, body: found}, err
}

func (a *API) renameEnvironment(c *gin.Context) (reply, error) {
	var body struct {
		Name string `json:"name"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	renamed, err := bus.Call(c.Request.Context(), a.services, contract.RenameEnvironment, contract.RenameEnvironmentRequest{
		AccountID: admission.Caller(c).AccountID, ID: c.Param("id"), Name: body.Name,
	})
	return reply{status: http.StatusOK, body: renamed}, err
}
