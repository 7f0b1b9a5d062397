package dashboard

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// checkout opens Stripe's page for a package and sends the person there.
func (d *Dashboard) checkout(c *gin.Context) {
	session, ok := d.signedIn(c, activatePath)
	if !ok || !d.formIsOurs(c, session) {
		return
	}
	ctx := c.Request.Context()
	account, err := d.cfg.RPC.GetAccount(ctx, contract.GetAccountRequest{AccountID: session.AccountID})
	if err != nil {
		d.accountFailed(c, err, activatePath)
		return
	}
	opened, err := d.cfg.RPC.CreateCheckout(ctx, contract.CreateCheckoutRequest{
		AccountID: account.ID, Name: account.Name, Email: account.Email, PackageID: c.PostForm("package_id"),
	})
	switch {
	case err == nil:
		seeOther(c, opened.URL)
	case apierror.Has(err, apierror.ValidationFailed):
		d.chooseAgain(c, session)
	default:
		d.failed(c, err, activatePath)
	}
}

// chooseAgain shows what is for sale now: the package is none of it, or none was chosen.
func (d *Dashboard) chooseAgain(c *gin.Context, session sessions.Session) {
	page, err := d.account(c.Request.Context(), session)
	if err != nil {
		d.accountFailed(c, err, activatePath)
		return
	}
	page.Notice = &notice{Bad: true, Text: "Please choose one of the packages below. Nothing was charged."}
	d.showAccount(c, http.StatusUnprocessableEntity, page)
}
