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

// registration is the body of both pages of registering.
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
	API        string        // the address of the API
	Fax        *contract.Fax // none yet
}

// countRegistration is middleware that counts a registration against the address.
func (p *Pages) countRegistration(c *gin.Context) {
	p.site.Limited(c, p.site.Limits.LimitRegistration(c), registerPath)
}

func (p *Pages) registerForm(c *gin.Context) {
	_, err := p.site.Session(c)
	if err == nil {
		ui.SeeOther(c, ui.HomePath)
		return
	}
	if !errors.Is(err, ui.ErrNoSession) {
		p.site.Fail(c, err, ui.SignInPath)
		return
	}
	p.askWho(c, http.StatusOK, registration{})
}

func (p *Pages) startRegistration(c *gin.Context) {
	if !p.verifySignInForm(c) {
		return
	}
	page := registration{Name: strings.TrimSpace(c.PostForm("name")), Email: strings.TrimSpace(c.PostForm("email"))}
	sent, err := bus.Call(c.Request.Context(), p.services, contract.Register, contract.RegisterRequest{Name: page.Name, Email: page.Email, Requester: p.requester(c)})
	switch {
	case err == nil:
		page.Reference = sent.Reference
		p.askRegistrationCode(c, http.StatusOK, page)
	case apierror.Has(err, apierror.ValidationFailed):
		page.Wrong = ui.FieldErrors(err)
		p.askWho(c, http.StatusUnprocessableEntity, page)
	default:
		p.site.Fail(c, err, registerPath)
	}
}

// verifyRegistration creates the account and signs in. It answers with the keys itself instead of redirecting, so that
// they are stored nowhere.
func (p *Pages) verifyRegistration(c *gin.Context) {
	if !p.verifySignInForm(c) {
		return
	}
	page := registration{Email: strings.TrimSpace(c.PostForm("email")), Name: strings.TrimSpace(c.PostForm("name"))}
	code := strings.Join(strings.Fields(c.PostForm("code")), "")
	page.Reference = c.PostForm("reference")
	proof, next := p.proof(c, page.Email, code)
	made, err := bus.Call(c.Request.Context(), p.services, contract.VerifyRegistration, proof)
	if apierror.Has(err, apierror.CodeInvalid) || apierror.Has(err, apierror.ValidationFailed) {
		page.Wrong = map[string]string{"code": wrongCode}
		p.askRegistrationCode(c, http.StatusUnprocessableEntity, page)
		return
	}
	if err != nil {
		p.site.Fail(c, err, ui.SignInPath)
		return
	}
	token, err := p.site.Sessions.Create(c.Request.Context(), made.Account.ID)
	if err != nil { // the account exists; the user can sign in and create other keys
		p.site.Fail(c, err, ui.SignInPath)
		return
	}
	session, err := p.site.Sessions.Get(c.Request.Context(), token)
	if err != nil {
		p.site.Fail(c, err, ui.SignInPath)
		return
	}
	http.SetCookie(c.Writer, p.site.Cookies.Session(token))
	p.setBrowser(c, next)
	p.site.NewContext(c, session, made.Account).Show(http.StatusOK, "welcome", ui.View{
		Title: "Welcome to mintfax", Body: welcome{TestKey: made.APIKey, AccountKey: made.AccountKey, API: p.site.PublicURL},
	})
}

func (p *Pages) askWho(c *gin.Context, status int, page registration) {
	page.CSRF = p.signInToken(c)
	p.site.Write(c, status, "register", ui.View{Title: "Create an account", Body: page})
}

func (p *Pages) askRegistrationCode(c *gin.Context, status int, page registration) {
	page.CSRF = p.signInToken(c)
	p.site.Write(c, status, "register_code", ui.View{Title: "Enter the code", Body: page})
}
