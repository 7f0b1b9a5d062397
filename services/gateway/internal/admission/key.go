package admission

import (
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// parseKey returns the key of a request. A malformed key, whose checksum does not match, never reaches auth.
func parseKey(c *gin.Context) (key string, kind contract.Kind, err error) {
	key, err = bearerToken(c)
	if err != nil {
		return "", "", err
	}
	kind, err = ids.ParseAPIKey(key)
	if err != nil {
		return "", "", apierror.New(apierror.APIKeyInvalid)
	}
	return key, kind, nil
}

// bearerToken returns the token of the Authorization header. It refuses two such headers: a proxy may have checked the
// other one.
func bearerToken(c *gin.Context) (string, error) {
	if len(c.Request.Header.Values("Authorization")) > 1 {
		return "", apierror.New(apierror.APIKeyInvalid)
	}
	scheme, token, found := strings.Cut(c.GetHeader("Authorization"), " ")
	token = strings.Trim(token, " \t")
	if !found || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", apierror.New(apierror.Unauthenticated)
	}
	return token, nil
}
