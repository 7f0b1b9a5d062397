package api

import (
	"net/http"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

// Server answers for one account of Stripe.
type Server struct {
	SecretKey string
	State     *processor.State
	Events    *processor.Log
	Sessions  *processor.Sessions
	Processor *processor.Processor
	Faults    *Faults
	Requests  *Log
	Keys      *Keys
	Now       func() time.Time
}

// call is one request to a resource.
type call struct {
	path   func(name string) string
	params *Params
	cause  *processor.EventRequest
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
