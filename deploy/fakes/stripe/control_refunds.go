package stripe

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func (c *controlAPI) refund(r *http.Request) (any, error) {
	var asked control.Refund
	if err := readControl(r, &asked); err != nil {
		return nil, err
	}
	if asked.Amount < 0 {
		return nil, errors.New("amount is not negative")
	}
	c.state.Lock()
	defer c.state.Unlock()
	charge := c.state.Charges.Get(asked.Charge)
	if charge == nil {
		return nil, errUnknown
	}
	refund, refused := c.processor.Refund(charge, processor.RefundRequest{Amount: asked.Amount, Reason: asked.Reason, Metadata: asked.Metadata}, nil)
	if refused != nil {
		return nil, refused
	}
	return asNow(refund)
}

func (c *controlAPI) settleRefund(r *http.Request) (any, error) {
	var asked control.Settlement
	if err := readControl(r, &asked); err != nil {
		return nil, err
	}
	switch asked.Status {
	case processor.RefundSucceeded, processor.RefundFailed, processor.RefundCanceled:
	default:
		return nil, errors.New("status is succeeded, failed or canceled")
	}
	if asked.FailureReason == "" {
		asked.FailureReason = "unknown"
	}
	c.state.Lock()
	defer c.state.Unlock()
	refund := c.state.Refunds.Get(r.PathValue("id"))
	if refund == nil {
		return nil, errUnknown
	}
	if !c.processor.SettleRefund(refund, asked.Status, asked.FailureReason) {
		return nil, errors.New("a refund that is " + refund.Status + " does not become " + asked.Status)
	}
	return asNow(refund)
}

// asNow encodes an object while the state is locked: it may change as soon as that is unlocked.
func asNow(object any) (json.RawMessage, error) { return json.Marshal(object) }
