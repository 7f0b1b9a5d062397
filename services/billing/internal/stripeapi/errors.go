package stripeapi

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
	switch answer.HTTPStatusCode {
	case http.StatusNotFound:
		return fmt.Errorf("%w: %s", ErrMissing, detail)
	case http.StatusBadRequest, http.StatusPaymentRequired:
		return fmt.Errorf("%w: %s", ErrRefused, detail)
	default: // a wrong key, a limit, a conflict with a request still running, or a fault of Stripe
		return apierror.Wrap(apierror.ServiceUnavailable, errors.New(detail))
	}
}
