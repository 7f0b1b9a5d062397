package api

import (
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func (s *Server) getDispute(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if found := s.State.Disputes.Get(c.path("id")); found != nil {
		return found, nil
	}
	return nil, processor.NotFoundError("dispute", c.path("id"), "id")
}

func (s *Server) listDisputes(c *call) (any, error) {
	p, created := readPage(c.params), readCreated(c.params)
	charge, intent := c.params.Text("charge"), c.params.Text("payment_intent")
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	match := func(o *processor.Dispute) bool {
		return created.holds(o.Created) && same(charge, processor.Optional(o.Charge)) && same(intent, processor.Optional(o.PaymentIntent))
	}
	return cut(s.State.Disputes.All(), match, func(o *processor.Dispute) string { return o.ID }, p, "dispute", "/v1/disputes")
}
