package apierror

import (
	"errors"
	"fmt"
	"maps"
)

// Error is an error that a client may see: a code of the catalogue, a public context, and a private cause.
type Error struct {
	Code    Code
	Context map[string]any
	cause   error
}

// New returns an error of the given code.
func New(code Code) *Error {
	return &Error{Code: code}
}

// Wrap returns an error of the given code with a cause for the log.
func Wrap(code Code, cause error) *Error {
	return &Error{Code: code, cause: cause}
}

// Field returns a validation_failed error about one field.
func Field(name, message string) *Error {
	return Fields(map[string][]string{name: {message}})
}

// Fields returns a validation_failed error with a list of messages for each field.
func Fields(messages map[string][]string) *Error {
	return New(ValidationFailed).With("errors", messages)
}

// With returns a copy of e with one more entry in its public context.
func (e *Error) With(name string, value any) *Error {
	copied := *e
	copied.Context = maps.Clone(e.Context)
	if copied.Context == nil {
		copied.Context = map[string]any{}
	}
	copied.Context[name] = value
	return &copied
}

func (e *Error) Error() string {
	if e.cause == nil {
		return string(e.Code)
	}
	return fmt.Sprintf("%s: %v", e.Code, e.cause)
}

func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is a catalogue error of the same code.
func (e *Error) Is(target error) bool {
	var other *Error
	return errors.As(target, &other) && other.Code == e.Code
}

// CodeOf returns the code of err, or internal_error for an error outside the catalogue.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return InternalError
}

// Has reports whether err is a catalogue error of the given code.
func Has(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}
