package api

import (
	"net/http"
	"time"

	"github.com/mintfax/mintfax/deploy/stripeemulator/internal/checkout"
	"github.com/mintfax/mintfax/deploy/stripeemulator/internal/events"
	"github.com/mintfax/mintfax/deploy/stripeemulator/internal/faults"
	"github.com/mintfax/mintfax/deploy/stripeemulator/internal/form"
	"github.com/mintfax/mintfax/deploy/stripeemulator/internal/idempotency"
	"github.com/mintfax/mintfax/deploy/stripeemulator/internal/object"
	"github.com/mintfax/mintfax/deploy/stripeemulator/internal/state"
)

// Server answers for one account of Stripe.
type Server struct {
	SecretKey string
	State     *state.State
	Events    *events.Log
	Desk      *checkout.Desk
	Faults    *faults.List
	Keys      *idempotency.Keys
	Now       func() time.Time
}

// call is one request to a resource.
type call struct {
	path   func(name string) string
	params *form.Reader
	cause  *object.EventRequest
}

// handler returns the object to answer with, or a *refusal.Error. It runs with the state locked.
type handler func(*call) (any, error)

// Handler answers everything under /v1/.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range s.routes() {
		mux.Handle(pattern, s.endpoint(h))
	}
	mux.Handle("/v1/", s.endpoint(nil))
	return mux
}

func (s *Server) routes() map[string]handler {
	return map[string]handler{
		"POST /v1/customers":                                s.createCustomer,
		"GET /v1/customers":                                 s.listCustomers,
		"GET /v1/customers/{id}":                            s.getCustomer,
		"POST /v1/customers/{id}":                           s.updateCustomer,
		"GET /v1/customers/{customer}/payment_methods":      s.listCustomersMethods,
		"GET /v1/customers/{customer}/payment_methods/{id}": s.getMethod,
		"POST /v1/checkout/sessions":                        s.createSession,
		"GET /v1/checkout/sessions":                         s.listSessions,
		"GET /v1/checkout/sessions/{id}":                    s.getSession,
		"GET /v1/checkout/sessions/{id}/line_items":         s.listLineItems,
		"POST /v1/checkout/sessions/{id}/expire":            s.expireSession,
		"GET /v1/payment_intents":                           s.listPaymentIntents,
		"GET /v1/payment_intents/{id}":                      s.getPaymentIntent,
		"GET /v1/setup_intents/{id}":                        s.getSetupIntent,
		"GET /v1/payment_methods":                           s.listMethods,
		"GET /v1/payment_methods/{id}":                      s.getMethod,
		"POST /v1/payment_methods/{id}/detach":              s.detachMethod,
		"GET /v1/charges":                                   s.listCharges,
		"GET /v1/charges/{id}":                              s.getCharge,
		"GET /v1/events":                                    s.listEvents,
		"GET /v1/events/{id}":                               s.getEvent,
	}
}
