package account

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

const wrongCode = "That code is wrong, too old, or was used before. Check the newest mail, or ask for a new code."

// signIn is the body of both sign-in pages.
type signIn struct {
	CSRF  string
	Next  string
	Email string
	Wrong string // what to put right, if anything

	Reference string // of the request, by which its mail is found among others
}

func (p *Pages) signInForm(c *gin.Context) {
	next := afterSignIn(c.Query("next"))
	_, err := p.site.Session(c)
	if err == nil {
		ui.SeeOther(c, next)
		return
	}
	if !errors.Is(err, ui.ErrNoSession) {
		p.site.Fail(c, err, ui.SignInPath)
		return
	}
	p.askEmail(c, http.StatusOK, signIn{Next: next})
}

func (p *Pages) startSignIn(c *gin.Context) {
	if !p.verifySignInForm(c) {
		return
	}
	page := signIn{Next: afterSignIn(c.PostForm("next")), Email: strings.TrimSpace(c.PostForm("email"))}
	sent, err := bus.Call(c.Request.Context(), p.services, contract.StartSignIn, contract.StartSignInRequest{Email: page.Email, Requester: p.requester(c)})
	switch {
	case err == nil:
		page.Reference = sent.Reference
		p.askCode(c, http.StatusOK, page)
	case apierror.Has(err, apierror.ValidationFailed):
		page.Wrong = "That is not an e-mail address that we can write to."
		p.askEmail(c, http.StatusUnprocessableEntity, page)
	default:
		p.site.Fail(c, err, ui.SignInPath)
	}
}

func (p *Pages) verifySignIn(c *gin.Context) {
	if !p.verifySignInForm(c) {
		return
	}
	ctx := c.Request.Context()
	page := signIn{Next: afterSignIn(c.PostForm("next")), Email: strings.TrimSpace(c.PostForm("email"))}
	code := strings.Join(strings.Fields(c.PostForm("code")), "")
	page.Reference = c.PostForm("reference")
	proof, next := p.proof(c, page.Email, code)
	signedIn, err := bus.Call(ctx, p.services, contract.VerifySignIn, proof)
	if apierror.Has(err, apierror.CodeInvalid) || apierror.Has(err, apierror.ValidationFailed) {
		page.Wrong = wrongCode
		p.askCode(c, http.StatusUnprocessableEntity, page)
		return
	}
	if err != nil {
		p.site.Fail(c, err, ui.SignInPath)
		return
	}
	token, err := p.site.Sessions.Create(ctx, signedIn.AccountID)
	if err != nil {
		p.site.Fail(c, err, ui.SignInPath)
		return
	}
	http.SetCookie(c.Writer, p.site.Cookies.Session(token))
	p.setBrowser(c, next)
	ui.SeeOther(c, page.Next)
}

func (p *Pages) signOut(c *gin.Context) {
	session, err := p.site.Session(c)
	if errors.Is(err, ui.ErrNoSession) {
		ui.SeeOther(c, ui.SignInPath)
		return
	}
	if err != nil {
		p.site.Fail(c, err, ui.HomePath)
		return
	}
	if !ui.TokensEqual(session.CSRF, c.PostForm(ui.CSRFField)) {
		p.site.RefuseForm(c, ui.HomePath)
		return
	}
	if err := p.site.EndSession(c); err != nil {
		p.site.Fail(c, err, ui.HomePath)
		return
	}
	ui.SeeOther(c, ui.SignInPath)
}

// signOutEverywhere ends every session of the account.
func (p *Pages) signOutEverywhere(c *ui.Context) {
	if err := p.site.Sessions.DeleteAll(c.Ctx(), c.AccountID()); err != nil {
		c.Fail(err, ui.SettingsPath)
		return
	}
	http.SetCookie(c.Writer, p.site.Cookies.End())
	c.SeeOther(ui.SignInPath)
}

// countSignIn is middleware that counts an attempt to sign in, or at a mailed code, against the address.
func (p *Pages) countSignIn(c *gin.Context) {
	p.site.Limited(c, p.site.Limits.LimitSignIn(c), ui.SignInPath)
}

func (p *Pages) askEmail(c *gin.Context, status int, page signIn) {
	page.CSRF = p.signInToken(c)
	p.site.Write(c, status, "sign_in", ui.View{Title: "Sign in", Body: page})
}

func (p *Pages) askCode(c *gin.Context, status int, page signIn) {
	page.CSRF = p.signInToken(c)
	p.site.Write(c, status, "code", ui.View{Title: "Enter the code", Body: page})
}
