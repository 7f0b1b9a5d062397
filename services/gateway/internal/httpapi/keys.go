package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func (a *API) listKeys(c *gin.Context) (reply, error) {
	asked, err := owned(c)
	if err != nil {
		return reply{}, err
	}
	list, err := a.RPC.ListKeys(c.Request.Context(), asked)
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
	key, err := a.RPC.CreateKey(c.Request.Context(), contract.CreateKeyRequest{
		AccountID: callerOf(c).AccountID, Name: body.Name, EnvironmentID: body.EnvironmentID, Kind: body.Kind,
	})
	return keyReply(key), err
}

func (a *API) revokeKey(c *gin.Context) (reply, error) {
	_, err := a.RPC.RevokeKey(c.Request.Context(), contract.OwnedRequest{AccountID: callerOf(c).AccountID, ID: c.Param("id")})
	return reply{status: http.StatusNoContent}, err
}

func (a *API) rotateKey(c *gin.Context) (reply, error) {
	var body struct {
		OverlapSeconds *int `json:"overlap_seconds"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	if body.OverlapSeconds == nil { // no default: it decides when the old key stops working
		return reply{}, apierror.Field("overlap_seconds", "The overlap_seconds field is required.")
	}
	key, err := a.RPC.RotateKey(c.Request.Context(), contract.RotateKeyRequest{
		AccountID: callerOf(c).AccountID, ID: c.Param("id"), OverlapSeconds: *body.OverlapSeconds,
	})
	return keyReply(key), err
}

// keyReply shows the secret in the answer that creates it, and keeps it from the stored one.
func keyReply(key contract.Key) reply {
	type withoutSecret struct {
		contract.Key
		Secret *string `json:"key"`
	}
	return reply{status: http.StatusCreated, body: key, stored: withoutSecret{Key: key}}
}
