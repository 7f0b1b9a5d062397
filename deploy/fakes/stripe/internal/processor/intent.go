package processor

import (
	"maps"
)

// PaymentRequest is a payment to collect.
type PaymentRequest struct {
	Amount       int64 // in cents
	Currency     string
	Customer     Optional
	Description  string
	FutureUsage  string
	Metadata     map[string]string
	MethodTypes  []string
	ReceiptEmail string
	Livemode     bool
}

// NewIntent creates an intent that requires a payment method.
func (p *Processor) NewIntent(w PaymentRequest, cause *EventRequest) *PaymentIntent {
	id := NewID("pi_")
	metadata := maps.Clone(w.Metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}
	intent := &PaymentIntent{
		ID: id, Object: "payment_intent", Amount: w.Amount, CaptureMethod: "automatic",
		ClientSecret: NewSecret(id), ConfirmationMethod: "automatic", Created: p.now().Unix(),
		Currency: w.Currency, Customer: w.Customer, Description: Optional(w.Description),
		Livemode: w.Livemode, Metadata: metadata,
		PaymentMethodOptions: CardOptions(), PaymentMethodTypes: w.MethodTypes,
		ReceiptEmail: Optional(w.ReceiptEmail), SetupFutureUsage: Optional(w.FutureUsage),
		Status: RequiresPaymentMethod,
	}
	p.state.PaymentIntents.Add(id, intent)
	p.emit("payment_intent.created", intent, w.Livemode, cause)
	return intent
}
