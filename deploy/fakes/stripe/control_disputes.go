package stripe

import (
	"errors"
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func (c *controlAPI) openDispute(r *http.Request) (any, error) {
	var asked control.Dispute
	if err := readControl(r, &asked); err != nil {
		return nil, err
	}
	if asked.Reason == "" {
		asked.Reason = "fraudulent"
	}
	c.state.Lock()
	defer c.state.Unlock()
	charge := c.state.Charges.Get(asked.Charge)
	if charge == nil {
		return nil, errUnknown
	}
	dispute, refused := c.processor.Dispute(charge, asked.Amount, asked.Reason)
	if refused != nil {
		return nil, refused
	}
	return asNow(dispute)
}

func (c *controlAPI) closeDispute(r *http.Request) (any, error) {
	var asked struct {
		Won *bool `json:"won"`
	}
	if err := readControl(r, &asked); err != nil {
		return nil, err
	}
	if asked.Won == nil {
		return nil, errors.New("won is missing")
	}
	c.state.Lock()
	defer c.state.Unlock()
	dispute := c.state.Disputes.Get(r.PathValue("id"))
	if dispute == nil {
		return nil, errUnknown
	}
	if !c.processor.CloseDispute(dispute, *asked.Won) {
		return nil, errors.New("only an open dispute can be closed; this one is " + dispute.Status)
	}
	return asNow(dispute)
}
