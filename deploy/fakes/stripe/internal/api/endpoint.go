package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

// endpoint is the way of every request: a fault that was asked for, the key, the parameters, whether
// it was made before, the resource. A route to nothing is an address that does not exist.
func (s *Server) endpoint(to route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requestID := processor.NewID("req_")
		says := s.Requests.Record(r.Method, r.URL.Path, r.Header.Get("Idempotency-Key"))
		fault := s.Faults.Take(r.Method, r.URL.Path)
		if fault.Status != 0 {
			writeBody(w, requestID, errorResponse(processor.FaultError(fault.Status)))
			return
		}
		answer := s.answer(w, r, to, says, requestID, fault)
		if fault.DropAfterEffect {
			panic(http.ErrAbortHandler) // which is how net/http ends a connection without an answer
		}
		write(w, r, answer, requestID)
	})
}

func (s *Server) answer(
	w http.ResponseWriter, r *http.Request, to route, says func(params string), requestID string, fault control.Fault,
) Response {
	if problem := s.authenticate(w, r); problem != nil {
		return errorResponse(problem)
	}
	if to.do == nil {
		return errorResponse(processor.RequestError(http.StatusNotFound, "", "Unrecognized request URL (%s: %s). Please see "+
			"https://stripe.com/docs or we can help at https://support.stripe.com/.", r.Method, r.URL.Path))
	}
	encoded, err := read(w, r)
	if err != nil {
		return failed(err)
	}
	says(encoded)
	params, err := Parse(encoded)
	if err != nil {
		return failed(err)
	}
	key := ""
	if r.Method == http.MethodPost {
		key = r.Header.Get("Idempotency-Key")
	}
	c := &call{path: r.PathValue, params: params, cause: &processor.EventRequest{
		ID: processor.Optional(requestID), IdempotencyKey: processor.Optional(key),
	}}
	gone := r.Context().Done()
	answer, problem := s.Keys.Do(key, r.URL.Path, params.Fingerprint(), func(keep func(Response)) {
		wait(gone, fault)
		s.State.Lock()
		defer s.State.Unlock()
		answer := s.perform(to, c)
		answer.RequestID = requestID
		keep(answer)
	})
	if problem != nil {
		return errorResponse(problem)
	}
	return answer
}

// perform runs with the state locked.
func (s *Server) perform(to route, c *call) Response {
	s.Sessions.ExpireDue()
	paths := c.params.Texts("expand")
	if err := CheckExpand(to.kind, paths); err != nil {
		return failed(err)
	}
	result, err := to.do(c)
	if err != nil {
		return failed(err)
	}
	tree, err := Expand(result, paths, s.lookup)
	if err != nil {
		return failed(err)
	}
	return encoded(http.StatusOK, tree)
}

func wait(gone <-chan struct{}, fault control.Fault) {
	timer := time.NewTimer(time.Duration(fault.DelayMS) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-gone: // the caller has gone; as with Stripe, that does not undo the request
	case <-timer.C:
	}
}

func failed(err error) Response {
	var problem *processor.Error
	if errors.As(err, &problem) {
		return errorResponse(problem)
	}
	return errorResponse(processor.FaultError(http.StatusInternalServerError))
}
