package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

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
	registered, err := a.RPC.Register(c.Request.Context(), contract.RegisterRequest{Name: body.Name, Email: body.Email, Asker: program(c)})
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
	account, err := a.RPC.VerifyRegistration(c.Request.Context(), contract.VerifyRequest{Email: body.Email, Code: body.Code, Asker: program(c)})
	return reply{status: http.StatusCreated, body: account}, err
}

// program is who asks without a browser. It has nothing to be known by but where it is.
func program(c *gin.Context) contract.Asker { return contract.Asker{Network: address(c)} }
