package dashboard

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/shared/contract"
)

// asker is who sends a sign-in form, by the cookie that the form was bound to. auth gets a digest of it.
func (d *Dashboard) asker(c *gin.Context) contract.Asker {
	return contract.Asker{Browser: digest(d.signInToken(c)), Network: edge.ClientNetwork(c)}
}

// proof is an answer to a mailed code, with the cookie that the browser gets when the code is right. It is a new one:
// the browser is known by it from then on, and whoever planted the old one knows nothing.
func (d *Dashboard) proof(c *gin.Context, email, code string) (proof contract.VerifyRequest, next string) {
	next = sessions.NewSecret()
	return contract.VerifyRequest{Email: email, Code: code, Asker: d.asker(c), Next: digest(next)}, next
}

// proven gives the browser its new cookie.
func (d *Dashboard) proven(c *gin.Context, next string) {
	http.SetCookie(c.Writer, d.cookies.Lasting(signInCookie, next))
}

func digest(cookie string) string {
	sum := sha256.Sum256([]byte(cookie))
	return hex.EncodeToString(sum[:])
}
