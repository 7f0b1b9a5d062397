package contract

import "strings"

// Method names a remote method. The prefix before the first dot is the service that serves it.
type Method[Req, Resp any] string

// Event names a fact that has happened. Any number of services may subscribe to it, or none.
type Event[T any] string

// Work names a task for a queue of one service. The service runs each task at least once.
type Work[T any] string

// Service returns the service that serves m.
func (m Method[Req, Resp]) Service() string {
	service, _, _ := strings.Cut(string(m), ".")
	return service
}

// Validator is a message that can check itself. The bus calls Validate before it sends and after it receives.
type Validator interface {
	Validate() error
}

// None is the empty body of a message.
type None struct{}
