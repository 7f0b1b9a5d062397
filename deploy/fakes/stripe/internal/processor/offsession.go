package processor

// PayOffSession creates an intent and charges a saved card without the cardholder.
//
// A refusal is the answer, and also the events charge.failed and payment_intent.payment_failed. Stripe
// says of the latter that it occurs when an intent has failed an attempt to pay, and makes no exception
// for one whose caller got the error, so the emulator makes none: a receiver has to handle both.
func (p *Processor) PayOffSession(
	wanted PaymentRequest, method *PaymentMethod, cause *EventRequest,
) (*PaymentIntent, *Error) {
	intent := p.NewIntent(wanted, cause)
	if declined := DeclineOffSession(method); declined != nil {
		told := p.Decline(intent, method, declined, cause)
		told.PaymentIntent = intent
		return nil, told
	}
	p.Charge(intent, method, cause)
	p.Succeed(intent, cause)
	return intent, nil
}
