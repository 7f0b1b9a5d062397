package till

import (
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/cards"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/refusal"
)

// PayOffSession makes an intent and charges a saved card while nobody is there to be asked anything.
//
// A refusal is the answer, and also the events charge.failed and payment_intent.payment_failed. Stripe
// says of the latter that it occurs when an intent has failed an attempt to pay, and makes no exception
// for one whose caller was told, so the emulator makes none: a receiver has to bear hearing it twice.
func (t *Till) PayOffSession(
	wanted Wanted, method *object.PaymentMethod, cause *object.EventRequest,
) (*object.PaymentIntent, *refusal.Error) {
	intent := t.NewIntent(wanted, cause)
	if declined := cards.OffSession(method); declined != nil {
		told := t.Decline(intent, method, declined, cause)
		told.PaymentIntent = intent
		return nil, told
	}
	t.Charge(intent, method, cause)
	t.Succeed(intent, cause)
	return intent, nil
}
