package contract

import "strings"

// Method names a question or command that is answered. Its prefix up to the first dot is the service
// that answers.
type Method[Req, Resp any] string

// Event names a fact that has happened. Any number of services may listen, also none.
type Event[T any] string

// Work names a task for one queue of the service that owns it. It is done at least once.
type Work[T any] string

// Service is the service that answers m.
func (m Method[Req, Resp]) Service() string {
	service, _, _ := strings.Cut(string(m), ".")
	return service
}

// Validator is a message that can tell whether it is well formed. The bus asks on both ends.
type Validator interface {
	Validate() error
}

// None is the body of a message that says all by its name.
type None struct{}
