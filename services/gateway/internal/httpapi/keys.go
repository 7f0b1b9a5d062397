package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

func (a *API) listKeys(c *gin.Context) (reply, error) {
	asked, err := owned(c)
	if err != nil {
		return reply{}, err
	}
	list, err := bus.Call(c.Request.Context(), a.services, contract.ListKeys, asked)
	return reply{status: http.StatusOK, body: list}, err
}

func (a *API) createKey(c *gin.Context) (reply, error) {
	var body struct {
		Name          string        `json:"name"`
		EnvironmentID string        `json:"environment_id"`
		Kind          contract.Kind `json:"kind"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	key, err := bus.Call(c.Request.Context(), a.services, contract.CreateKey, contract.CreateKeyRequest{
		AccountID: admission.Caller(c).AccountID, Name: body.Name, EnvironmentID: body.EnvironmentID, Kind: body.Kind,
	})
	return keyReply(key), err
}

func (a *API) revokeKey(c *gin.Context) (reply, error) {
	_, err := bus.Call(c.Request.Context(), a.services, contract.RevokeKey, contract.OwnedRequest{AccountID: admission.Caller(c).AccountID, ID: c.Param("id")})
	return reply{status: http.StatusNoContent}, err
}

func (a *API) rotateKey(c *gin.Context) (reply, error) {
	var body struct {
		OverlapSeconds *int `json:"overlap_seconds"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	if body.OverlapSeconds == nil { // no default: the client must decide when the old key stops working
		return reply{}, requiredField("overlap_seconds")
	}
	key, err := bus.Call(c.Request.Context(), a.services, contract.RotateKey, contract.RotateKeyRequest{
		AccountID: admission.Caller(c).AccountID, ID: c.Param("id"), OverlapSeconds: *body.OverlapSeconds,
	})
	return keyReply(key), err
}

// keyReply shows the secret in the response that creates it, and removes it from the stored one.
func keyReply(key contract.Key) reply {
	type withoutSecret struct {
		contract.Key
		Secret *string `json:"key"`
	}
	return reply{status: http.StatusCreated, body: key, stored: withoutSecret{Key: key}}
}
