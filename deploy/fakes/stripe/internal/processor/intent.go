package processor

import (
	"maps"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
)

// PaymentRequest is a payment to collect.
type PaymentRequest struct {
	Amount       int64 // in cents
	Currency     string
	Customer     object.Optional
	Description  string
	FutureUsage  string
	Metadata     map[string]string
	MethodTypes  []string
	ReceiptEmail string
	Livemode     bool
}

// NewIntent creates an intent that requires a payment method.
func (p *Processor) NewIntent(w PaymentRequest, cause *object.EventRequest) *object.PaymentIntent {
	id := object.NewID("pi_")
	metadata := maps.Clone(w.Metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}
	intent := &object.PaymentIntent{
		ID: id, Object: "payment_intent", Amount: w.Amount, CaptureMethod: "automatic",
		ClientSecret: object.NewSecret(id), ConfirmationMethod: "automatic", Created: p.now().Unix(),
		Currency: w.Currency, Customer: w.Customer, Description: object.Optional(w.Description),
		Livemode: w.Livemode, Metadata: metadata,
		PaymentMethodOptions: object.CardOptions(), PaymentMethodTypes: w.MethodTypes,
		ReceiptEmail: object.Optional(w.ReceiptEmail), SetupFutureUsage: object.Optional(w.FutureUsage),
		Status: object.RequiresPaymentMethod,
	}
	p.state.PaymentIntents.Add(id, intent)
	p.emit("payment_intent.created", intent, w.Livemode, cause)
	return intent
}
