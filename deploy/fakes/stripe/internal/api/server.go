package api

import (
	"net/http"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/checkout"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/events"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/faults"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/form"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/idempotency"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/requests"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/state"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/till"
)

// Server answers for one account of Stripe.
type Server struct {
	SecretKey string
	State     *state.State
	Events    *events.Log
	Desk      *checkout.Desk
	Till      *till.Till
	Faults    *faults.List
	Requests  *requests.Log
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
	for pattern, to := range s.routes() {
		mux.Handle(pattern, s.endpoint(to))
	}
	mux.Handle("/v1/", s.endpoint(route{}))
	return mux
}
