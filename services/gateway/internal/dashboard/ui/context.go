package ui

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// Context is a request of a signed-in user.
type Context struct {
	*gin.Context
	Session Session
	Account contract.Account
	site    *Site
}

// NewContext returns the context of a user who has just signed in.
func (s *Site) NewContext(c *gin.Context, session Session, account contract.Account) *Context {
	return &Context{Context: c, Session: session, Account: account, site: s}
}

// Ctx returns the context of the request.
func (c *Context) Ctx() context.Context { return c.Request.Context() }

// AccountID returns the id of the user's account.
func (c *Context) AccountID() string { return c.Account.ID }

// Here returns the address of the page, with its query.
func (c *Context) Here() string { return c.Request.URL.RequestURI() }

// Owned returns a request for a resource of the user's account.
func (c *Context) Owned(id string) contract.OwnedRequest {
	return contract.OwnedRequest{AccountID: c.Account.ID, ID: id}
}

// AccountRequest returns a request for the user's account.
func (c *Context) AccountRequest() contract.GetAccountRequest {
	return contract.GetAccountRequest{AccountID: c.Account.ID}
}

// Environments returns all environments of the account, live ones first, each kind oldest first. It takes a context
// because pages make several calls concurrently.
func (c *Context) Environments(ctx context.Context) ([]contract.Environment, error) {
	list, err := bus.Call(ctx, c.site.Services, contract.ListEnvironments, contract.ListOwnedRequest{
		AccountID: c.AccountID(), Page: contract.Page{Limit: contract.MaxOverviewEnvironments},
	})
	var live, sandbox []contract.Environment
	for i := len(list.Data) - 1; i >= 0; i-- {
		if list.Data[i].Type == contract.Live {
			live = append(live, list.Data[i])
		} else {
			sandbox = append(sandbox, list.Data[i])
		}
	}
	return append(live, sandbox...), err
}

// OwnsToken reports whether a form's token is the session's.
func (c *Context) OwnsToken(token string) bool { return TokensEqual(c.Session.CSRF, token) }

// Show writes a page.
func (c *Context) Show(status int, page string, shown View) {
	shown.User = &user{
		Name: c.Account.Name, Email: c.Account.Email, CSRF: c.Session.CSRF, Activated: c.Account.ActivatedAt != nil,
	}
	if shown.Notice == nil {
		shown.Notice = doneNotice(c.Query("done"))
	}
	c.site.set.Write(c.Context, status, page, shown)
}

// SeeOther leads to another page.
func (c *Context) SeeOther(target string) { SeeOther(c.Context, target) }

// RefuseForm rejects a form without the session's token.
func (c *Context) RefuseForm(retry string) { c.site.RefuseForm(c.Context, retry) }

// SeeOther leads to another page.
func SeeOther(c *gin.Context, target string) { c.Redirect(http.StatusSeeOther, target) }

// signedIn lets a request of a signed-in user through. Others are sent to sign in first, and afterwards to the page
// they wanted; a form they sent is not repeated.
func (s *Site) signedIn(handle Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		retry := HomePath
		if c.Request.Method == http.MethodGet {
			retry = c.Request.URL.RequestURI()
		}
		session, err := s.Session(c)
		if errors.Is(err, ErrNoSession) {
			if s.Limited(c, s.Limits.ChargeAddress(c), retry); !c.IsAborted() {
				SeeOther(c, SignInPath+"?"+url.Values{"next": {retry}}.Encode())
			}
			return
		}
		if err != nil {
			s.Fail(c, err, retry)
			return
		}
		if s.Limited(c, s.Limits.LimitUser(c, session.AccountID), retry); c.IsAborted() {
			return
		}
		c.Request = c.Request.WithContext(admission.WithAccount(c.Request.Context(), session.AccountID))
		account, err := bus.Call(c.Request.Context(), s.Services, contract.GetAccount, contract.GetAccountRequest{AccountID: session.AccountID})
		switch {
		case apierror.Has(err, apierror.NotFound):
			s.endAndSignIn(c, retry)
		case err != nil:
			s.Fail(c, err, retry)
		default:
			handle(s.NewContext(c, session, account))
		}
	}
}

// Limited ends a request whose limit was refused with err.
func (s *Site) Limited(c *gin.Context, err error, retry string) {
	if err != nil {
		s.Fail(c, err, retry)
		c.Abort()
	}
}

// endAndSignIn ends the session of an account that no longer exists.
func (s *Site) endAndSignIn(c *gin.Context, retry string) {
	if err := s.EndSession(c); err != nil {
		s.Fail(c, err, retry)
		return
	}
	SeeOther(c, SignInPath)
}
