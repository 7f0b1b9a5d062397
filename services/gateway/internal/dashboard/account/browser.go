package account

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/contract"
)

const signInCookie = "mintfax_signin"

// requester identifies the sender of a sign-in form by the cookie that the form was bound to. Auth gets a digest of it.
func (p *Pages) requester(c *gin.Context) contract.Requester {
	return contract.Requester{Browser: digest(p.signInToken(c)), Network: edge.ClientNetwork(c)}
}

// proof returns the submission of a mailed code, with the cookie that the browser gets when the code is right. It is a
// new cookie, so that an attacker who planted the old one cannot use it: auth recognizes the browser by the new one.
func (p *Pages) proof(c *gin.Context, email, code string) (proof contract.VerifyRequest, next string) {
	next = ui.NewSecret()
	return contract.VerifyRequest{Email: email, Code: code, Requester: p.requester(c), Next: digest(next)}, next
}

// setBrowser gives the browser its new cookie.
func (p *Pages) setBrowser(c *gin.Context, next string) {
	http.SetCookie(c.Writer, p.site.Cookies.Lasting(signInCookie, next))
}

// signInToken returns the CSRF token of the sign-in forms. There is no session to bind it to yet, so it is bound to a
// cookie, which another site can neither read nor send along with a form of its own.
func (p *Pages) signInToken(c *gin.Context) string {
	token := p.site.Cookies.Read(c.Request, signInCookie)
	if ui.WellFormed(token) {
		return token
	}
	token = ui.NewSecret()
	http.SetCookie(c.Writer, p.site.Cookies.BrowserSession(signInCookie, token))
	return token
}

// verifySignInForm checks the token of a sign-in form, and answers when it is wrong.
func (p *Pages) verifySignInForm(c *gin.Context) bool {
	token := p.site.Cookies.Read(c.Request, signInCookie)
	if ui.WellFormed(token) && ui.TokensEqual(token, c.PostForm(ui.CSRFField)) {
		return true
	}
	p.site.RefuseForm(c, ui.SignInPath)
	return false
}

func digest(cookie string) string {
	sum := sha256.Sum256([]byte(cookie))
	return hex.EncodeToString(sum[:])
}
