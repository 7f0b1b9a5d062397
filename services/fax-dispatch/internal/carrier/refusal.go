package carrier

import (
	"fmt"
	"net/http"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

// AccountError means that a carrier refuses the operator's own account; its text is the carrier's code. The fax is not at
// fault, and the operator has to act.
type AccountError struct{ Word string }

func (e AccountError) Error() string { return "the operator's account is refused: " + e.Word }

// Refused interprets a failure status in answer to a request to place a call. rejected is how the attempt ends when the carrier
// finds the request itself wrong. A status that no carrier documents says nothing about the call.
func Refused(name string, status int, word string, rejected fax.Outcome) (Report, error) {
	switch status {
	case http.StatusTooManyRequests, http.StatusTooEarly:
		return Report{}, fmt.Errorf("%w: %s answers %d %s", ErrNotPlaced, name, status, word)
	case http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
		return End(fax.Failed(fax.DocumentError, fmt.Sprintf("http_%d", status))), nil
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return End(rejected), nil
	}
	if err := AccountStatus(status); err != nil {
		return Report{}, fmt.Errorf("%w: %s: %w", ErrNotPlaced, name, err)
	}
	return Report{}, fmt.Errorf("%s answers %d %s", name, status, word)
}

// AccountStatus returns an AccountError for a status by which carriers refuse an account; 404 when what was asked for
// has no name but the account's own.
func AccountStatus(status int) error {
	switch status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound:
		return AccountError{fmt.Sprintf("http_%d", status)}
	default:
		return nil
	}
}
