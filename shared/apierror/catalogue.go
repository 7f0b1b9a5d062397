package apierror

import "net/http"

// Code is the stable name of an error. Clients branch on it.
type Code string

// The codes, in the order of the catalogue.
const (
	ValidationFailed         Code = "validation_failed"
	MalformedRequest         Code = "malformed_request"
	RequestTimeout           Code = "request_timeout"
	PayloadTooLarge          Code = "payload_too_large"
	UnsupportedDocument      Code = "unsupported_document"
	Unauthenticated          Code = "unauthenticated"
	APIKeyInvalid            Code = "api_key_invalid"
	WrongKeyKind             Code = "wrong_key_kind"
	AccountNotActivated      Code = "account_not_activated"
	InsufficientBalance      Code = "insufficient_balance"
	PaymentDeclined          Code = "payment_declined"
	SpendLimitExceeded       Code = "spend_limit_exceeded"
	DestinationNotSupported  Code = "destination_not_supported"
	NotFound                 Code = "not_found"
	MethodNotAllowed         Code = "method_not_allowed"
	FaxNotTerminal           Code = "fax_not_terminal"
	FaxNotCancelable         Code = "fax_not_cancelable"
	DocumentGone             Code = "document_gone"
	CheckoutNotAvailable     Code = "checkout_not_available"
	IdempotencyKeyReuse      Code = "idempotency_key_reuse"
	IdempotencyKeyInProgress Code = "idempotency_key_in_progress"
	CodeInvalid              Code = "code_invalid"
	RateLimitExceeded        Code = "rate_limit_exceeded"
	InternalError            Code = "internal_error"
	ServiceUnavailable       Code = "service_unavailable"
)

// Entry describes a code.
type Entry struct {
	Code    Code
	Status  int    // HTTP status
	Action  string // stable hint for programs
	Message string // for people; may change
	When    string // one sentence for the documentation page of the error
}

// Catalogue lists every code in a fixed order.
func Catalogue() []Entry {
	return []Entry{
		{ValidationFailed, http.StatusUnprocessableEntity, "fix_request", "The request has invalid fields.", "A field is missing, ill-typed or out of range. context.errors lists messages by field."},
		{MalformedRequest, http.StatusBadRequest, "fix_request", "The request body could not be read.", "The body is not the JSON or multipart form that the route expects."},
		{RequestTimeout, http.StatusRequestTimeout, "wait_and_retry", "The request body arrived too slowly.", "The body paused for 4 seconds, arrived at less than 8 KiB a second, or took a minute."},
		{PayloadTooLarge, http.StatusRequestEntityTooLarge, "fix_request", "The request body is too large.", "The body is over the limit of the route."},
		{UnsupportedDocument, http.StatusUnprocessableEntity, "fix_request", "The document cannot be faxed.", "The file cannot become pages. context.reason is type, encrypted, damaged, no_pages, too_large, too_complex, printing_forbidden or escape_sequences; context.file is which one, counted from 1, or cover_page."},
		{Unauthenticated, http.StatusUnauthorized, "provide_api_key", "An API key is required.", "The request carries no bearer token."},
		{APIKeyInvalid, http.StatusUnauthorized, "check_api_key", "The API key is not valid.", "The key is malformed, unknown, revoked or expired. The response does not say which."},
		{WrongKeyKind, http.StatusForbidden, "use_other_key", "This key cannot call this route.", "An account key was used on an environment route, or an environment key on an account route."},
		{AccountNotActivated, http.StatusForbidden, "activate_account", "Live operations require account activation. Activate via the dashboard.", "A live key was used before the account's first successful live credit purchase. context.activate_url is the page where a person activates it."},
		{InsufficientBalance, http.StatusPaymentRequired, "top_up_balance", "Insufficient balance for this operation.", "The pool's available credits cannot cover the hold. context has available and required."},
		{PaymentDeclined, http.StatusPaymentRequired, "update_card", "The saved card was declined.", "A top-up with the saved card was declined, or there is no saved card. context.decline_code says why; context.checkout_url is a page to pay on when the bank requires the cardholder."},
		{SpendLimitExceeded, http.StatusPaymentRequired, "raise_limit", "The account's spend limit is reached.", "The operation would pass a cap that the account has set itself."},
		{DestinationNotSupported, http.StatusUnprocessableEntity, "fix_request", "Faxes to this destination are not supported.", "There is no rate for the number, or it is in a premium or satellite range."},
		{NotFound, http.StatusNotFound, "check_id", "There is no such resource.", "The route or the id is unknown, or belongs to another account."},
		{MethodNotAllowed, http.StatusMethodNotAllowed, "fix_request", "This route does not support the method.", "The route exists, with other methods. The Allow header lists them."},
		{FaxNotTerminal, http.StatusConflict, "wait_and_retry", "The fax is still being sent.", "The operation needs a fax that is delivered, failed or canceled."},
		{FaxNotCancelable, http.StatusConflict, "wait_for_result", "The fax cannot be canceled now.", "A carrier has the call, or the fax has ended. It can be canceled while it is queued, between attempts too."},
		{DocumentGone, http.StatusGone, "submit_again", "The document has been deleted.", "The document was deleted, or its retention has ended."},
		{CheckoutNotAvailable, http.StatusConflict, "use_dashboard", "This checkout is not available.", "The checkout cannot be opened, for example because the package was withdrawn."},
		{IdempotencyKeyReuse, http.StatusConflict, "use_new_key", "This idempotency key was used with another request.", "The same Idempotency-Key came with a different request within 24 hours."},
		{IdempotencyKeyInProgress, http.StatusConflict, "wait_and_retry", "A request with this idempotency key is still running.", "The first request with this Idempotency-Key has not finished."},
		{CodeInvalid, http.StatusUnprocessableEntity, "request_new_code", "The code is not valid.", "The code is wrong, expired or used, or there were too many guesses. The response does not say which."},
		{RateLimitExceeded, http.StatusTooManyRequests, "wait_and_retry", "Too many requests. Please slow down and try again.", "More requests than the limit within its window. Retry-After says how long to wait."},
		{InternalError, http.StatusInternalServerError, "wait_and_retry", "Something went wrong on our side.", "An internal fault. Quote request_id when you report it."},
		{ServiceUnavailable, http.StatusServiceUnavailable, "wait_and_retry", "The service cannot answer right now.", "A part of the service did not answer in time. Retry-After says when to try again."},
	}
}

// Lookup returns the entry of a code, or that of internal_error for an unknown code.
func Lookup(code Code) Entry {
	fallback := Entry{}
	for _, entry := range Catalogue() {
		if entry.Code == code {
			return entry
		}
		if entry.Code == InternalError {
			fallback = entry
		}
	}
	return fallback
}
