package bustest

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// Services is a bus.Caller without a broker: it calls handlers of the test. It is safe for concurrent use.
type Services struct {
	mu       sync.Mutex
	handlers map[string]func(context.Context, []byte) ([]byte, error)
}

var _ bus.Caller = (*Services)(nil)

// Answer sets the handler of a method.
func Answer[Req, Resp any](s *Services, method contract.Method[Req, Resp], h func(context.Context, Req) (Resp, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.handlers == nil {
		s.handlers = map[string]func(context.Context, []byte) ([]byte, error){}
	}
	s.handlers[string(method)] = func(ctx context.Context, body []byte) ([]byte, error) {
		var req Req
		if err := json.Unmarshal(body, &req); err != nil {
			return nil, err
		}
		reply, err := h(ctx, req)
		if err != nil {
			return nil, err
		}
		return json.Marshal(reply)
	}
}

// CallMethod implements bus.Caller.
func (s *Services) CallMethod(ctx context.Context, method string, body []byte) ([]byte, error) {
	s.mu.Lock()
	handler, known := s.handlers[method]
	s.mu.Unlock()
	if !known {
		return nil, fmt.Errorf("the test does not answer %s", method)
	}
	return handler(ctx, body)
}
