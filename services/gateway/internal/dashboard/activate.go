package dashboard

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// account is what the account page shows.
type account struct {
	CSRF     string
	Account  contract.Account
	Balances []contract.Balance
	Card     *contract.Card
	Packages []contract.CreditPackage
	Notice   *notice
	Bought   *bought
}

// notice is a sentence above the page.
type notice struct {
	Bad  bool
	Text string
}

// bought is a purchase that has just been made. Activated says that it was the one that activated live.
type bought struct {
	Payment   *contract.Payment
	Activated bool
	Live      contract.Balance
}

// activate shows the account: what works, what waits, and what became of the checkout that the person
// comes back from.
func (d *Dashboard) activate(c *gin.Context) {
	here := c.Request.URL.RequestURI()
	session, ok := d.signedIn(c, here)
	if !ok {
		return
	}
	if id := c.Query("session_id"); id != "" {
		d.showCheckout(c, session, id)
		return
	}
	page, err := d.account(c.Request.Context(), session)
	if err != nil {
		d.accountFailed(c, err, here)
		return
	}
	if c.Query("checkout") == "cancelled" {
		page.Notice = &notice{Text: "Nothing was charged and nothing changed."}
	}
	d.showAccount(c, http.StatusOK, page)
}

func (d *Dashboard) showAccount(c *gin.Context, status int, page account) {
	title := "Activate Live"
	switch {
	case page.Bought != nil && page.Bought.Activated:
		title = "Live is activated"
	case page.Bought != nil:
		title = "Credits added"
	case page.Account.ActivatedAt != nil:
		title = "Your account"
	}
	d.set.Write(c, status, "account", view{Title: title, Person: &person{page.Account.Email, page.CSRF}, Body: page})
}

// account asks the services for everything that the page shows, each time anew.
func (d *Dashboard) account(ctx context.Context, session sessions.Session) (account, error) {
	page := account{CSRF: session.CSRF}
	who := contract.GetAccountRequest{AccountID: session.AccountID}
	var err error
	if page.Account, err = d.cfg.RPC.GetAccount(ctx, who); err != nil {
		return account{}, err
	}
	balances, err := d.cfg.RPC.GetBalances(ctx, who)
	if err != nil {
		return account{}, err
	}
	card, err := d.cfg.RPC.GetCard(ctx, who)
	if err != nil {
		return account{}, err
	}
	packages, err := d.cfg.RPC.ListPackages(ctx, contract.None{})
	if err != nil {
		return account{}, err
	}
	page.Balances, page.Card, page.Packages = balances.Data, card.Card, packages.Data
	return page, nil
}

// accountFailed also ends the session of an account that is no more.
func (d *Dashboard) accountFailed(c *gin.Context, err error, retry string) {
	if !apierror.Has(err, apierror.NotFound) {
		d.failed(c, err, retry)
		return
	}
	if err := d.endSession(c); err != nil {
		d.failed(c, err, retry)
		return
	}
	seeOther(c, signInPath)
}
