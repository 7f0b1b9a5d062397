package refusal

import (
	"fmt"
	"net/http"
	"strings"
)

// The types of errors.
const (
	InvalidRequest = "invalid_request_error"
	Card           = "card_error"
	Idempotency    = "idempotency_error"
	API            = "api_error"
	RateLimit      = "rate_limit_error"
)

// Error is an error as Stripe shows it. Status is the HTTP status and not part of the body.
type Error struct {
	Status      int    `json:"-"`
	Code        string `json:"code,omitempty"`
	DeclineCode string `json:"decline_code,omitempty"`
	DocURL      string `json:"doc_url,omitempty"`
	Message     string `json:"message"`
	Param       string `json:"param,omitempty"`
	Charge      string `json:"charge,omitempty"`
	// PaymentMethod is the declined one, where an intent tells of its last error.
	PaymentMethod any `json:"payment_method,omitempty"`
	// PaymentIntent is the one that could not be confirmed, in an answer only.
	PaymentIntent any    `json:"payment_intent,omitempty"`
	Type          string `json:"type"`
	// Unread says that the parameters were refused before anything was done: Stripe does not keep such
	// an answer under the idempotency key.
	Unread bool `json:"-"`
}

func (e *Error) Error() string {
	return fmt.Sprintf("%d %s %s: %s", e.Status, e.Type, e.Code, e.Message)
}

// Envelope is the body of an answer with this error.
func (e *Error) Envelope() any {
	return struct {
		Error *Error `json:"error"`
	}{e}
}

func withCode(e Error) *Error {
	if e.Code != "" {
		e.DocURL = "https://stripe.com/docs/error-codes/" + strings.ReplaceAll(e.Code, "_", "-")
	}
	return &e
}

// Param refuses a parameter for what it says. The code may be empty, as it often is with Stripe.
func Param(code, param, format string, args ...any) *Error {
	return withCode(Error{
		Status: http.StatusBadRequest, Type: InvalidRequest, Code: code, Param: param,
		Message: fmt.Sprintf(format, args...), Unread: true,
	})
}

// Request refuses a request as a whole.
func Request(status int, code, format string, args ...any) *Error {
	return withCode(Error{Status: status, Type: InvalidRequest, Code: code, Message: fmt.Sprintf(format, args...)})
}

// Missing says that the object in the path is unknown.
func Missing(kind, id, param string) *Error {
	return withCode(Error{
		Status: http.StatusNotFound, Type: InvalidRequest, Code: "resource_missing", Param: param,
		Message: fmt.Sprintf("No such %s: '%s'", kind, id),
	})
}

// MissingParam says that a parameter names an unknown object.
func MissingParam(kind, id, param string) *Error {
	e := Missing(kind, id, param)
	e.Status = http.StatusBadRequest
	return e
}

// Mismatch refuses an idempotency key that was used for something else.
func Mismatch(format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Type: Idempotency, Message: fmt.Sprintf(format, args...)}
}

// CardProblem is a card that was refused; declineCode and param may be empty.
func CardProblem(code, declineCode, param, message string) *Error {
	return withCode(Error{
		Status: http.StatusPaymentRequired, Type: Card, Code: code, DeclineCode: declineCode, Param: param, Message: message,
	})
}

// Fault is an answer of a Stripe that is not well, or that was asked too often.
func Fault(status int) *Error {
	if status == http.StatusTooManyRequests {
		return withCode(Error{Status: status, Type: RateLimit, Code: "rate_limit", Message: "Request rate limit exceeded."})
	}
	return &Error{Status: status, Type: API, Message: "An unknown error occurred (this one was asked for)."}
}
