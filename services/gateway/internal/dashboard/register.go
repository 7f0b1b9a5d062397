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

// registration is what both pages of registering show.
type registration struct {
	CSRF  string
	Name  string
	Email string
	Wrong map[string]string

	Reference string // of the request, by which its mail is found among others
}

// welcome is the first page of a new account. The keys are on it and nowhere else.
type welcome struct {
	TestKey    string
	AccountKey string
	API        string // the address of the API
	Fax        *contract.Fax
}

// registering counts a registration against the address.
func (d *Dashboard) registering(c *gin.Context) {
	d.limited(c, d.cfg.Limits.LimitRegistration(c), "/dashboard/register")
}

func (d *Dashboard) registerForm(c *gin.Context) {
	_, err := d.session(c)
	if err == nil {
		seeOther(c, homePath)
		return
	}
	if !errors.Is(err, sessions.ErrNone) {
		d.failed(c, err, signInPath)
		return
	}
	d.askWho(c, http.StatusOK, registration{})
}

func (d *Dashboard) startRegistration(c *gin.Context) {
	if !d.signInFormIsOurs(c) {
		return
	}
	page := registration{Name: strings.TrimSpace(c.PostForm("name")), Email: strings.TrimSpace(c.PostForm("email"))}
	sent, err := bus.Call(c.Request.Context(), d.cfg.Services, contract.Register, contract.RegisterRequest{Name: page.Name, Email: page.Email, Asker: d.asker(c)})
	switch {
	case err == nil:
		page.Reference = sent.Reference
		d.askRegistrationCode(c, http.StatusOK, page)
	case apierror.Has(err, apierror.ValidationFailed):
		page.Wrong = wrongFields(err)
		d.askWho(c, http.StatusUnprocessableEntity, page)
	default:
		d.failed(c, err, "/dashboard/register")
	}
}

// verifyRegistration makes the account and signs in. It answers with the keys itself instead of leading to a
// page: so they are kept nowhere.
func (d *Dashboard) verifyRegistration(c *gin.Context) {
	if !d.signInFormIsOurs(c) {
		return
	}
	page := registration{Email: strings.TrimSpace(c.PostForm("email")), Name: strings.TrimSpace(c.PostForm("name"))}
	code := strings.Join(strings.Fields(c.PostForm("code")), "")
	page.Reference = c.PostForm("reference")
	proof, next := d.proof(c, page.Email, code)
	made, err := bus.Call(c.Request.Context(), d.cfg.Services, contract.VerifyRegistration, proof)
	if apierror.Has(err, apierror.CodeInvalid) || apierror.Has(err, apierror.ValidationFailed) {
		page.Wrong = map[string]string{"code": wrongCode}
		d.askRegistrationCode(c, http.StatusUnprocessableEntity, page)
		return
	}
	if err != nil {
		d.failed(c, err, signInPath)
		return
	}
	token, err := d.sessions.Create(c.Request.Context(), made.Account.ID)
	if err != nil { // the account is there; its keys can be made anew after signing in
		d.failed(c, err, signInPath)
		return
	}
	session, err := d.sessions.Get(c.Request.Context(), token)
	if err != nil {
		d.failed(c, err, signInPath)
		return
	}
	http.SetCookie(c.Writer, d.cookies.Session(token))
	d.proven(c, next)
	d.show(&visit{c: c, session: session, account: made.Account}, http.StatusOK, "welcome", view{
		Title: "Welcome to mintfax", Body: welcome{TestKey: made.APIKey, AccountKey: made.AccountKey, API: d.cfg.PublicURL},
	})
}

func (d *Dashboard) askWho(c *gin.Context, status int, page registration) {
	page.CSRF = d.signInToken(c)
	d.set.Write(c, status, "register", view{Title: "Create an account", Body: page})
}

func (d *Dashboard) askRegistrationCode(c *gin.Context, status int, page registration) {
	page.CSRF = d.signInToken(c)
	d.set.Write(c, status, "register_code", view{Title: "Enter the code", Body: page})
}
