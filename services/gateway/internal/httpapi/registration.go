package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

func (a *API) register(c *gin.Context) (reply, error) {
	var body struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	registered, err := bus.Call(c.Request.Context(), a.services, contract.Register, contract.RegisterRequest{Name: body.Name, Email: body.Email, Requester: requester(c)})
	return reply{status: http.StatusAccepted, body: registered.RegisterReply}, err
}

func (a *API) verifyRegistration(c *gin.Context) (reply, error) {
	var body struct {
		Email string `json:"email"`
		Code  string `json:"code"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	crashpoint.Here(crashpoint.RegistrationAsked)
	account, err := bus.Call(c.Request.Context(), a.services, contract.VerifyRegistration, contract.VerifyRequest{Email: body.Email, Code: body.Code, Requester: requester(c)})
	return reply{status: http.StatusCreated, body: account}, err
}

// requester identifies a client that is not a browser: by its network alone.
func requester(c *gin.Context) contract.Requester {
	return contract.Requester{Network: edge.ClientNetwork(c)}
}
