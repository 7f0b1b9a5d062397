package processor

import (
	"fmt"
	"net/http"
	"strings"
)

// The types of errors.
const (
	typeInvalidRequest = "invalid_request_error"
	typeCard           = "card_error"
	typeIdempotency    = "idempotency_error"
	typeAPI            = "api_error"
	typeRateLimit      = "rate_limit_error"
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
	// PaymentMethod is the declined one, in an intent's last error.
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

func withDocURL(e Error) *Error {
	if e.Code != "" {
		e.DocURL = "https://stripe.com/docs/error-codes/" + strings.ReplaceAll(e.Code, "_", "-")
	}
	return &e
}

// ParamError refuses a parameter for what it says. The code may be empty, as it often is with Stripe.
func ParamError(code, param, format string, args ...any) *Error {
	return withDocURL(Error{
		Status: http.StatusBadRequest, Type: typeInvalidRequest, Code: code, Param: param,
		Message: fmt.Sprintf(format, args...), Unread: true,
	})
}

// RequestError refuses a request as a whole.
func RequestError(status int, code, format string, args ...any) *Error {
	return withDocURL(Error{Status: status, Type: typeInvalidRequest, Code: code, Message: fmt.Sprintf(format, args...)})
}

// NotFoundError says that the object in the path is unknown.
func NotFoundError(kind, id, param string) *Error {
	return withDocURL(Error{
		Status: http.StatusNotFound, Type: typeInvalidRequest, Code: "resource_missing", Param: param,
		Message: fmt.Sprintf("No such %s: '%s'", kind, id),
	})
}

// ParamNotFoundError says that a parameter names an unknown object.
func ParamNotFoundError(kind, id, param string) *Error {
	e := NotFoundError(kind, id, param)
	e.Status = http.StatusBadRequest
	return e
}

// IdempotencyError refuses an idempotency key that was used for something else.
func IdempotencyError(format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Type: typeIdempotency, Message: fmt.Sprintf(format, args...)}
}

// CardError is a card that was refused; declineCode and param may be empty.
func CardError(code, declineCode, param, message string) *Error {
	return withDocURL(Error{
		Status: http.StatusPaymentRequired, Type: typeCard, Code: code, DeclineCode: declineCode, Param: param, Message: message,
	})
}

// FaultError is an injected failure: an API error or a rate limit.
func FaultError(status int) *Error {
	if status == http.StatusTooManyRequests {
		return withDocURL(Error{Status: status, Type: typeRateLimit, Code: "rate_limit", Message: "Request rate limit exceeded."})
	}
	return &Error{Status: status, Type: typeAPI, Message: "An unknown error occurred (this one was asked for)."}
}
