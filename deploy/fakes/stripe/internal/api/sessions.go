package api

import (
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func (s *Server) createSession(c *call) (any, error) {
	order := readOrder(c.params, s.Now())
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if order.Customer != "" && s.State.Customers.Get(order.Customer) == nil {
		return nil, processor.ParamNotFoundError("customer", order.Customer, "customer")
	}
	return s.Sessions.Open(order, c.cause), nil
}

func (s *Server) getSession(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	return s.session(c.path("id"))
}

func (s *Server) expireSession(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	session, err := s.session(c.path("id"))
	if err != nil {
		return nil, err
	}
	if session.Status != processor.SessionOpen {
		return nil, processor.RequestError(http.StatusBadRequest, "", "Only Checkout Sessions with a status in [\"open\"] can be expired. "+
			"This Checkout Session has a status of `%s`.", session.Status)
	}
	s.Sessions.Expire(session, c.cause)
	return session, nil
}

func (s *Server) listLineItems(c *call) (any, error) {
	p := readPage(c.params)
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	session, err := s.session(c.path("id"))
	if err != nil {
		return nil, err
	}
	url := "/v1/checkout/sessions/" + session.ID + "/line_items"
	return cut(session.LineItems, func(processor.LineItem) bool { return true }, func(o processor.LineItem) string { return o.ID }, p, "item", url)
}

func (s *Server) listSessions(c *call) (any, error) {
	p, created := readPage(c.params), readCreated(c.params)
	customer, intent := c.params.Text("customer"), c.params.Text("payment_intent")
	status := c.params.Enum("status", processor.SessionOpen, processor.SessionComplete, processor.SessionExpired)
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	match := func(o *processor.Session) bool {
		return created.holds(o.Created) && same(customer, o.Customer) && same(intent, o.PaymentIntent) &&
			(status == "" || o.Status == status)
	}
	return cut(s.State.Sessions.All(), match, func(o *processor.Session) string { return o.ID }, p, "checkout.session", "/v1/checkout/sessions")
}

func (s *Server) session(id string) (*processor.Session, error) {
	if found := s.State.Sessions.Get(id); found != nil {
		return found, nil
	}
	return nil, processor.NotFoundError("checkout.session", id, "session")
}

// same compares a filter with a property; an empty filter fits all.
func same(filter string, property processor.Optional) bool {
	return filter == "" || filter == string(property)
}
