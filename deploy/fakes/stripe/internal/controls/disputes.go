package controls

import (
	"errors"
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func (c *Controls) openDispute(r *http.Request) (any, error) {
	var asked control.Dispute
	if err := read(r, &asked); err != nil {
		return nil, err
	}
	if asked.Reason == "" {
		asked.Reason = "fraudulent"
	}
	c.State.Lock()
	defer c.State.Unlock()
	charge := c.State.Charges.Get(asked.Charge)
	if charge == nil {
		return nil, errUnknown
	}
	dispute, refused := c.Till.Dispute(charge, asked.Amount, asked.Reason)
	if refused != nil {
		return nil, refused
	}
	return asNow(dispute)
}

func (c *Controls) closeDispute(r *http.Request) (any, error) {
	var asked struct {
		Won *bool `json:"won"`
	}
	if err := read(r, &asked); err != nil {
		return nil, err
	}
	if asked.Won == nil {
		return nil, errors.New("won is missing")
	}
	c.State.Lock()
	defer c.State.Unlock()
	dispute := c.State.Disputes.Get(r.PathValue("id"))
	if dispute == nil {
		return nil, errUnknown
	}
	if !c.Till.CloseDispute(dispute, *asked.Won) {
		return nil, errors.New("only an open dispute can be closed; this one is " + dispute.Status)
	}
	return asNow(dispute)
}
