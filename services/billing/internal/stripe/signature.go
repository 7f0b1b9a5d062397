package stripe

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"
)

var errFromTheFuture = errors.New("webhook is signed for a time to come")

// VerifySignature checks the Stripe-Signature header of a webhook against each secret in turn, so that
// a secret can be rolled. It refuses what was signed more than five minutes ago, or for a time more
// than five minutes ahead, which Stripe's own check lets pass.
func VerifySignature(body []byte, header string, secrets []string) error {
	err := webhook.ErrNoValidSignature
	for _, secret := range secrets {
		if err = webhook.ValidatePayload(body, header, secret); err == nil {
			return refuseFuture(header)
		}
	}
	return err
}

// refuseFuture reads the header as Stripe's check does: of several times, the last one is signed.
func refuseFuture(header string) error {
	var signed int64
	for pair := range strings.SplitSeq(header, ",") {
		if value, ok := strings.CutPrefix(pair, "t="); ok {
			signed, _ = strconv.ParseInt(value, 10, 64) // the signature check has parsed it
		}
	}
	if time.Until(time.Unix(signed, 0)) > webhook.DefaultTolerance {
		return errFromTheFuture
	}
	return nil
}
