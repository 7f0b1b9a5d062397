package dashboard

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

const wrongCode = "That code is wrong, too old, or was used before. Check the newest mail, or ask for a new code."

// signIn is what both sign-in pages show.
type signIn struct {
	CSRF  string
	Next  string
	Email string
	Wrong string // what to put right, if anything

	Reference string // of the request, by which its mail is found among others
}

func (d *Dashboard) signInForm(c *gin.Context) {
	next := afterSignIn(c.Query("next"))
	_, err := d.session(c)
	if err == nil {
		seeOther(c, next)
		return
	}
	if !errors.Is(err, sessions.ErrNone) {
		d.failed(c, err, signInPath)
		return
	}
	d.askEmail(c, http.StatusOK, signIn{Next: next})
}

func (d *Dashboard) startSignIn(c *gin.Context) {
	if !d.signInFormIsOurs(c) {
		return
	}
	page := signIn{Next: afterSignIn(c.PostForm("next")), Email: strings.TrimSpace(c.PostForm("email"))}
	sent, err := bus.Call(c.Request.Context(), d.cfg.Services, contract.StartSignIn, contract.StartSignInRequest{Email: page.Email, Asker: d.asker(c)})
	switch {
	case err == nil:
		page.Reference = sent.Reference
		d.askCode(c, http.StatusOK, page)
	case apierror.Has(err, apierror.ValidationFailed):
		page.Wrong = "That is not an e-mail address that we can write to."
		d.askEmail(c, http.StatusUnprocessableEntity, page)
	default:
		d.failed(c, err, signInPath)
	}
}

func (d *Dashboard) verifySignIn(c *gin.Context) {
	if !d.signInFormIsOurs(c) {
		return
	}
	ctx := c.Request.Context()
	page := signIn{Next: afterSignIn(c.PostForm("next")), Email: strings.TrimSpace(c.PostForm("email"))}
	code := strings.Join(strings.Fields(c.PostForm("code")), "")
	page.Reference = c.PostForm("reference")
	proof, next := d.proof(c, page.Email, code)
	signedIn, err := bus.Call(ctx, d.cfg.Services, contract.VerifySignIn, proof)
	if apierror.Has(err, apierror.CodeInvalid) || apierror.Has(err, apierror.ValidationFailed) {
		page.Wrong = wrongCode
		d.askCode(c, http.StatusUnprocessableEntity, page)
		return
	}
	if err != nil {
		d.failed(c, err, signInPath)
		return
	}
	token, err := d.sessions.Create(ctx, signedIn.AccountID)
	if err != nil {
		d.failed(c, err, signInPath)
		return
	}
	http.SetCookie(c.Writer, d.cookies.Session(token))
	d.proven(c, next)
	seeOther(c, page.Next)
}

func (d *Dashboard) signOut(c *gin.Context) {
	session, err := d.session(c)
	if errors.Is(err, sessions.ErrNone) {
		seeOther(c, signInPath)
		return
	}
	if err != nil {
		d.failed(c, err, homePath)
		return
	}
	if !same(session.CSRF, c.PostForm(csrfField)) {
		d.foreignForm(c, homePath)
		return
	}
	if err := d.endSession(c); err != nil {
		d.failed(c, err, homePath)
		return
	}
	seeOther(c, signInPath)
}

// signOutEverywhere ends every session of the account.
func (d *Dashboard) signOutEverywhere(v *visit) {
	if err := d.sessions.DeleteAll(v.ctx(), v.accountID()); err != nil {
		d.failedOn(v, err, settingsPath)
		return
	}
	http.SetCookie(v.c.Writer, d.cookies.End())
	seeOther(v.c, signInPath)
}

// tried counts a try at a code against the address.
func (d *Dashboard) tried(c *gin.Context) { d.limited(c, d.cfg.Limits.LimitSignIn(c), signInPath) }

// limited ends a request that is over a limit, or whose limit cannot be counted.
func (d *Dashboard) limited(c *gin.Context, err error, retry string) {
	if err != nil {
		d.failed(c, err, retry)
		c.Abort()
	}
}

func (d *Dashboard) askEmail(c *gin.Context, status int, page signIn) {
	page.CSRF = d.signInToken(c)
	d.set.Write(c, status, "sign_in", view{Title: "Sign in", Body: page})
}

func (d *Dashboard) askCode(c *gin.Context, status int, page signIn) {
	page.CSRF = d.signInToken(c)
	d.set.Write(c, status, "code", view{Title: "Enter the code", Body: page})
}
