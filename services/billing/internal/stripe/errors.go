package stripe

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/stripe/stripe-go/v76"

	"github.com/mintfax/mintfax/shared/apierror"
)

var (
	// ErrMissing says that Stripe does not know the object.
	ErrMissing = errors.New("unknown to Stripe")
	// ErrRefused says that Stripe understood the request and does not do it. Asking again does not help.
	ErrRefused = errors.New("refused by Stripe")
	// ErrFault says that Stripe failed, perhaps after it did what it was asked for. It repeats this answer
	// to the same idempotency key. It comes with service_unavailable.
	ErrFault = errors.New("a fault of Stripe")
)

// classify says what a caller can do about err. Stripe's own message stays out of it, because it may
// repeat what a customer typed.
func classify(action string, err error) error {
	if err == nil {
		return nil
	}
	var answer *stripe.Error
	if !errors.As(err, &answer) {
		return apierror.Wrap(apierror.ServiceUnavailable, fmt.Errorf("%s: %w", action, err))
	}
	detail := fmt.Sprintf("%s: status %d type %q code %q param %q request %q",
		action, answer.HTTPStatusCode, answer.Type, answer.Code, answer.Param, answer.RequestID)
	switch {
	case answer.Type == stripe.ErrorTypeIdempotency: // the key was used for other words: what became of those is not known
		return apierror.Wrap(apierror.ServiceUnavailable, errors.New(detail))
	case answer.HTTPStatusCode == http.StatusNotFound:
		return fmt.Errorf("%w: %s", ErrMissing, detail)
	case answer.HTTPStatusCode == http.StatusBadRequest, answer.HTTPStatusCode == http.StatusPaymentRequired:
		return fmt.Errorf("%w: %s", ErrRefused, detail)
	case answer.HTTPStatusCode >= http.StatusInternalServerError:
		return apierror.Wrap(apierror.ServiceUnavailable, fmt.Errorf("%w: %s", ErrFault, detail))
	default: // a wrong key, a limit, or a conflict with a request still running
		return apierror.Wrap(apierror.ServiceUnavailable, errors.New(detail))
	}
}
