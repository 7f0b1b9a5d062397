package stripe

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/stripe/stripe-go/v76"

	"github.com/mintfax/mintfax/shared/apierror"
)

var (
	// ErrMissing means that Stripe does not know the object.
	ErrMissing = errors.New("unknown to Stripe")
	// ErrRefused means that Stripe rejected the request. A retry does not help.
	ErrRefused = errors.New("refused by Stripe")
	// ErrFault means that Stripe failed, perhaps after it carried out the request, and will repeat this response to the
	// same idempotency key. It is wrapped in service_unavailable.
	ErrFault = errors.New("a fault of Stripe")
)

// classify turns a library error into one that says what the caller can do. It omits Stripe's message, which may
// contain customer input.
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
	case answer.Type == stripe.ErrorTypeIdempotency: // the key was used with other parameters, and the result of that request is unknown
		return apierror.Wrap(apierror.ServiceUnavailable, errors.New(detail))
	case answer.HTTPStatusCode == http.StatusNotFound:
		return fmt.Errorf("%w: %s", ErrMissing, detail)
	case answer.HTTPStatusCode == http.StatusBadRequest, answer.HTTPStatusCode == http.StatusPaymentRequired:
		return fmt.Errorf("%w: %s", ErrRefused, detail)
	case answer.HTTPStatusCode >= http.StatusInternalServerError:
		return apierror.Wrap(apierror.ServiceUnavailable, fmt.Errorf("%w: %s", ErrFault, detail))
	default: // an invalid API key, a rate limit, or a conflict with a concurrent request
		return apierror.Wrap(apierror.ServiceUnavailable, errors.New(detail))
	}
}
