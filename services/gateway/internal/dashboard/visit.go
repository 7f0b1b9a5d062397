package dashboard

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// visit is a request of a person who is signed in.
type visit struct {
	c       *gin.Context
	session sessions.Session
	account contract.Account
}

type handler func(v *visit)

func (v *visit) ctx() context.Context { return v.c.Request.Context() }

func (v *visit) accountID() string { return v.account.ID }

// here is the page that the person is on, with its query.
func (v *visit) here() string { return v.c.Request.URL.RequestURI() }

// owned names something of the person's account.
func (v *visit) owned(id string) contract.OwnedRequest {
	return contract.OwnedRequest{AccountID: v.account.ID, ID: id}
}

func (v *visit) who() contract.GetAccountRequest {
	return contract.GetAccountRequest{AccountID: v.account.ID}
}

// person lets a request of somebody who is signed in through to a page. Others are sent to sign in first,
// and afterwards to the page they wanted; what they wanted to do is not done later.
func (d *Dashboard) person(page handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		retry := homePath
		if c.Request.Method == http.MethodGet {
			retry = c.Request.URL.RequestURI()
		}
		session, err := d.session(c)
		if errors.Is(err, sessions.ErrNone) {
			if d.limited(c, d.cfg.Limits.ChargeAddress(c), retry); !c.IsAborted() {
				signInFirst(c, retry)
			}
			return
		}
		if err != nil {
			d.failed(c, err, retry)
			return
		}
		if d.limited(c, d.cfg.Limits.LimitUser(c, session.AccountID), retry); c.IsAborted() {
			return
		}
		c.Request = c.Request.WithContext(admission.WithAccount(c.Request.Context(), session.AccountID))
		account, err := bus.Call(c.Request.Context(), d.cfg.Services, contract.GetAccount, contract.GetAccountRequest{AccountID: session.AccountID})
		switch {
		case apierror.Has(err, apierror.NotFound):
			d.endAndSignIn(c, retry)
		case err != nil:
			d.failed(c, err, retry)
		default:
			page(&visit{c: c, session: session, account: account})
		}
	}
}

// ours lets a form through that carries the token of the session.
func (d *Dashboard) ours(act handler) handler {
	return func(v *visit) {
		if !same(v.session.CSRF, v.c.PostForm(csrfField)) {
			d.foreignForm(v.c, homePath)
			return
		}
		act(v)
	}
}

// endAndSignIn ends the session of an account that is no more.
func (d *Dashboard) endAndSignIn(c *gin.Context, retry string) {
	if err := d.endSession(c); err != nil {
		d.failed(c, err, retry)
		return
	}
	seeOther(c, signInPath)
}

// show answers with a page for the person.
func (d *Dashboard) show(v *visit, status int, page string, shown view) {
	shown.Person = &person{
		Name: v.account.Name, Email: v.account.Email, CSRF: v.session.CSRF, Activated: v.account.ActivatedAt != nil,
	}
	if shown.Notice == nil {
		shown.Notice = done(v.c.Query("done"))
	}
	d.set.Write(v.c, status, page, shown)
}

// failed answers an error on the way to a page, or of something that was to be done from it.
func (d *Dashboard) failedOn(v *visit, err error, retry string) {
	if apierror.Has(err, apierror.NotFound) {
		d.problemFor(v, problem{
			Status: http.StatusNotFound, Title: "This is not here", Text: "It does not exist, or it belongs to another account.",
			Retry: homePath, RetryText: "Go to the start page",
		})
		return
	}
	if apierror.Has(err, apierror.AccountNotActivated) {
		d.problemFor(v, problem{
			Status: http.StatusForbidden, Title: "Live waits for activation",
			Text: "This belongs to a live environment. Live works from the first purchase on.", Retry: activatePath, RetryText: "Activate Live",
		})
		return
	}
	d.failed(v.c, err, retry)
}
