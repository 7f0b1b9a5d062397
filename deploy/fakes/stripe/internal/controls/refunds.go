package controls

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/till"
)

func (c *Controls) refund(r *http.Request) (any, error) {
	var asked control.Refund
	if err := read(r, &asked); err != nil {
		return nil, err
	}
	if asked.Amount < 0 {
		return nil, errors.New("amount is not negative")
	}
	c.State.Lock()
	defer c.State.Unlock()
	charge := c.State.Charges.Get(asked.Charge)
	if charge == nil {
		return nil, errUnknown
	}
	refund, refused := c.Till.Refund(charge, till.Refunding{Amount: asked.Amount, Reason: asked.Reason, Metadata: asked.Metadata}, nil)
	if refused != nil {
		return nil, refused
	}
	return asNow(refund)
}

func (c *Controls) settleRefund(r *http.Request) (any, error) {
	var asked control.Settlement
	if err := read(r, &asked); err != nil {
		return nil, err
	}
	switch asked.Status {
	case object.RefundSucceeded, object.RefundFailed, object.RefundCanceled:
	default:
		return nil, errors.New("status is succeeded, failed or canceled")
	}
	if asked.FailureReason == "" {
		asked.FailureReason = "unknown"
	}
	c.State.Lock()
	defer c.State.Unlock()
	refund := c.State.Refunds.Get(r.PathValue("id"))
	if refund == nil {
		return nil, errUnknown
	}
	if !c.Till.SettleRefund(refund, asked.Status, asked.FailureReason) {
		return nil, errors.New("a refund that is " + refund.Status + " does not become " + asked.Status)
	}
	return asNow(refund)
}

// asNow encodes an object while the state is locked: it may change as soon as that is unlocked.
func asNow(object any) (json.RawMessage, error) { return json.Marshal(object) }
