package api

import (
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func (s *Server) createRefund(c *call) (any, error) {
	chargeID, intentID := c.params.Text("charge"), c.params.Text("payment_intent")
	if (chargeID == "") == (intentID == "") {
		c.params.Refuse("parameter_missing", "charge", "One of the following params should be provided for this request: "+
			"payment_intent or charge.")
	}
	asked := readRefunding(c.params)
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	charge, err := s.chargeOf(chargeID, intentID)
	if err != nil {
		return nil, err
	}
	refund, refused := s.Processor.Refund(charge, asked, c.cause)
	if refused != nil {
		return nil, refused
	}
	return refund, nil
}

func readRefunding(params *Params) processor.RefundRequest {
	asked := processor.RefundRequest{
		Reason:   params.Enum("reason", "duplicate", "fraudulent", "requested_by_customer"),
		Metadata: params.Metadata("metadata"),
	}
	amount, given := params.Int("amount")
	if given && amount < 1 {
		params.Refuse("parameter_invalid_integer", "amount", "This value must be greater than or equal to 1.")
	}
	asked.Amount = amount
	return asked
}

// chargeOf returns the charge that is named, or the one that an intent has succeeded with.
func (s *Server) chargeOf(chargeID, intentID string) (*processor.Charge, error) {
	if chargeID != "" {
		if found := s.State.Charges.Get(chargeID); found != nil {
			return found, nil
		}
		return nil, processor.ParamNotFoundError("charge", chargeID, "charge")
	}
	intent := s.State.PaymentIntents.Get(intentID)
	if intent == nil {
		return nil, processor.ParamNotFoundError("payment_intent", intentID, "payment_intent")
	}
	if found := s.State.Charges.Get(string(intent.LatestCharge)); found != nil && found.Paid {
		return found, nil
	}
	return nil, processor.ParamError("", "payment_intent", "This PaymentIntent (%s) does not have a successful charge to refund.", intentID)
}

func (s *Server) getRefund(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if found := s.State.Refunds.Get(c.path("id")); found != nil {
		return found, nil
	}
	return nil, processor.NotFoundError("refund", c.path("id"), "id")
}

func (s *Server) listRefunds(c *call) (any, error) {
	p, created := readPage(c.params), readCreated(c.params)
	charge, intent := c.params.Text("charge"), c.params.Text("payment_intent")
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	match := func(o *processor.Refund) bool {
		return created.holds(o.Created) && same(charge, processor.Optional(o.Charge)) && same(intent, processor.Optional(o.PaymentIntent))
	}
	return cut(s.State.Refunds.All(), match, func(o *processor.Refund) string { return o.ID }, p, "refund", "/v1/refunds")
}
