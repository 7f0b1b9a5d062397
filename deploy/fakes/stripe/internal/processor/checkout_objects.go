package processor

import (
	"maps"

	"github.com/mintfax/mintfax/shared/ids"
)

// NewCustomer returns a customer of whom nothing is known yet.
func NewCustomer(created int64) *Customer {
	return &Customer{
		ID: NewID("cus_"), Object: "customer", Created: created, InvoicePrefix: ids.Base62(8),
		Metadata: map[string]string{}, NextInvoiceSequence: 1, PreferredLocales: []string{}, TaxExempt: "none",
	}
}

// intentOf returns the payment intent of a session; the first attempt makes it.
func (d *Sessions) intentOf(s *Session) *PaymentIntent {
	if intent := d.state.PaymentIntents.Get(string(s.PaymentIntent)); intent != nil {
		return intent
	}
	intent := d.processor.NewIntent(PaymentRequest{
		Amount: s.Total(), Currency: string(s.Currency), Customer: s.Customer, Description: s.Intent.Description,
		FutureUsage: s.Intent.SetupFutureUsage, Metadata: s.Intent.Metadata, MethodTypes: s.PaymentMethodTypes, Livemode: s.Livemode,
	}, nil)
	s.PaymentIntent = Optional(intent.ID)
	return intent
}

func (d *Sessions) openSetup(s *Session, cause *EventRequest) *SetupIntent {
	id := NewID("seti_")
	intent := &SetupIntent{
		ID: id, Object: "setup_intent", ClientSecret: NewSecret(id), Created: d.now().Unix(),
		Customer: s.Customer, Description: Optional(s.Intent.Description),
		Livemode: s.Livemode, Metadata: notNil(maps.Clone(s.Intent.Metadata)),
		PaymentMethodOptions: CardOptions(), PaymentMethodTypes: s.PaymentMethodTypes,
		Status: RequiresPaymentMethod, Usage: "off_session",
	}
	d.state.SetupIntents.Add(id, intent)
	d.emit("setup_intent.created", intent, s.Livemode, cause)
	return intent
}

func (d *Sessions) newMethod(s *Session, card Card) *PaymentMethod {
	method := &PaymentMethod{
		ID: NewID("pm_"), Object: "payment_method", BillingDetails: billing(s), Card: &card,
		Created: d.now().Unix(), Livemode: s.Livemode, Metadata: map[string]string{}, Type: "card",
	}
	d.state.PaymentMethods.Add(method.ID, method)
	return method
}

func billing(s *Session) BillingDetails {
	if s.CustomerDetails == nil {
		return BillingDetails{}
	}
	return BillingDetails{Email: s.CustomerDetails.Email, Name: s.CustomerDetails.Name}
}
