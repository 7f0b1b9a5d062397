package stripe

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"
)

var errFutureTimestamp = errors.New("the webhook signature has a timestamp in the future")

// VerifySignature checks the Stripe-Signature header of a webhook against each secret in turn, so that secrets can be
// rotated. It rejects timestamps more than five minutes old and, unlike Stripe's library, more than five minutes ahead.
func VerifySignature(body []byte, header string, secrets []string) error {
	err := webhook.ErrNoValidSignature
	for _, secret := range secrets {
		if err = webhook.ValidatePayload(body, header, secret); err == nil {
			return rejectFuture(header)
		}
	}
	return err
}

// rejectFuture reads the header as Stripe's library does: of several timestamps, the last one is signed.
func rejectFuture(header string) error {
	var signed int64
	for pair := range strings.SplitSeq(header, ",") {
		if value, ok := strings.CutPrefix(pair, "t="); ok {
			signed, _ = strconv.ParseInt(value, 10, 64) // ValidatePayload has parsed it
		}
	}
	if time.Until(time.Unix(signed, 0)) > webhook.DefaultTolerance {
		return errFutureTimestamp
	}
	return nil
}
