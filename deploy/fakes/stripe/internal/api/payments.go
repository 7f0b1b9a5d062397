package api

import (
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func (s *Server) getPaymentIntent(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if found := s.State.PaymentIntents.Get(c.path("id")); found != nil {
		return found, nil
	}
	return nil, processor.NotFoundError("payment_intent", c.path("id"), "intent")
}

func (s *Server) listPaymentIntents(c *call) (any, error) {
	p, created, customer := readPage(c.params), readCreated(c.params), c.params.Text("customer")
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	match := func(o *processor.PaymentIntent) bool {
		return created.holds(o.Created) && same(customer, o.Customer)
	}
	return cut(s.State.PaymentIntents.All(), match, func(o *processor.PaymentIntent) string { return o.ID }, p, "payment_intent", "/v1/payment_intents")
}

func (s *Server) getSetupIntent(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if found := s.State.SetupIntents.Get(c.path("id")); found != nil {
		return found, nil
	}
	return nil, processor.NotFoundError("setupintent", c.path("id"), "intent")
}

func (s *Server) getCharge(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if found := s.State.Charges.Get(c.path("id")); found != nil {
		return found, nil
	}
	return nil, processor.NotFoundError("charge", c.path("id"), "id")
}

func (s *Server) listCharges(c *call) (any, error) {
	p, created := readPage(c.params), readCreated(c.params)
	customer, intent := c.params.Text("customer"), c.params.Text("payment_intent")
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	match := func(o *processor.Charge) bool {
		return created.holds(o.Created) && same(customer, o.Customer) && same(intent, processor.Optional(o.PaymentIntent))
	}
	return cut(s.State.Charges.All(), match, func(o *processor.Charge) string { return o.ID }, p, "charge", "/v1/charges")
}

// getMethod answers under both addresses; under a customer's only for a card of that customer.
func (s *Server) getMethod(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	found := s.State.PaymentMethods.Get(c.path("id"))
	if found == nil || !same(c.path("customer"), found.Customer) {
		return nil, processor.NotFoundError("PaymentMethod", c.path("id"), "payment_method")
	}
	return found, nil
}

func (s *Server) listMethods(c *call) (any, error) {
	return s.methodsOf(c, c.params.Text("customer"), "/v1/payment_methods")
}

func (s *Server) listCustomersMethods(c *call) (any, error) {
	if _, err := s.customer(c.path("customer")); err != nil {
		return nil, err
	}
	return s.methodsOf(c, c.path("customer"), "/v1/customers/"+c.path("customer")+"/payment_methods")
}

// methodsOf never lists detached cards.
func (s *Server) methodsOf(c *call, customer, url string) (any, error) {
	p := readPage(c.params)
	kind := c.params.Enum("type", processor.CardMethod, processor.BankAccount)
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if customer != "" && s.State.Customers.Get(customer) == nil {
		return nil, processor.ParamNotFoundError("customer", customer, "customer")
	}
	match := func(o *processor.PaymentMethod) bool {
		return o.Customer != "" && string(o.Customer) == customer && (kind == "" || o.Type == kind)
	}
	return cut(s.State.PaymentMethods.All(), match, func(o *processor.PaymentMethod) string { return o.ID }, p, "PaymentMethod", url)
}

func (s *Server) detachMethod(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	method := s.State.PaymentMethods.Get(c.path("id"))
	if method == nil {
		return nil, processor.NotFoundError("PaymentMethod", c.path("id"), "payment_method")
	}
	if method.Customer == "" {
		return nil, processor.RequestError(http.StatusBadRequest, "payment_method_unexpected_state", "The payment method you provided is not "+
			"attached to a customer so detachment is impossible.")
	}
	previous := map[string]any{"customer": string(method.Customer)}
	if customer := s.State.Customers.Get(string(method.Customer)); customer != nil {
		if string(customer.InvoiceSettings.DefaultPaymentMethod) == method.ID {
			customer.InvoiceSettings.DefaultPaymentMethod = ""
		}
	}
	method.Customer = ""
	s.Events.Emit(processor.Emission{Type: "payment_method.detached", Object: method, Request: c.cause, Previous: previous})
	return method, nil
}
