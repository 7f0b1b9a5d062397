package api

import (
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
)

func (s *Server) createSession(c *call) (any, error) {
	order := readOrder(c.params, s.Now())
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if order.Customer != "" && s.State.Customers.Get(order.Customer) == nil {
		return nil, object.ParamNotFoundError("customer", order.Customer, "customer")
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
	if session.Status != object.SessionOpen {
		return nil, object.RequestError(http.StatusBadRequest, "", "Only Checkout Sessions with a status in [\"open\"] can be expired. "+
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
	return cut(session.LineItems, func(object.LineItem) bool { return true }, func(o object.LineItem) string { return o.ID }, p, "item", url)
}

func (s *Server) listSessions(c *call) (any, error) {
	p, created := readPage(c.params), readCreated(c.params)
	customer, intent := c.params.Text("customer"), c.params.Text("payment_intent")
	status := c.params.Enum("status", object.SessionOpen, object.SessionComplete, object.SessionExpired)
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	match := func(o *object.Session) bool {
		return created.holds(o.Created) && same(customer, o.Customer) && same(intent, o.PaymentIntent) &&
			(status == "" || o.Status == status)
	}
	return cut(s.State.Sessions.All(), match, func(o *object.Session) string { return o.ID }, p, "checkout.session", "/v1/checkout/sessions")
}

func (s *Server) session(id string) (*object.Session, error) {
	if found := s.State.Sessions.Get(id); found != nil {
		return found, nil
	}
	return nil, object.NotFoundError("checkout.session", id, "session")
}

// same compares a filter with a property; an empty filter fits all.
func same(filter string, property object.Optional) bool {
	return filter == "" || filter == string(property)
}
