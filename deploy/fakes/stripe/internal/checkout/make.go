package checkout

import (
	"maps"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
	"github.com/mintfax/mintfax/shared/ids"
)

// NewCustomer returns a customer of whom nothing is known yet.
func NewCustomer(created int64) *object.Customer {
	return &object.Customer{
		ID: object.NewID("cus_"), Object: "customer", Created: created, InvoicePrefix: ids.Base62(8),
		Metadata: map[string]string{}, NextInvoiceSequence: 1, PreferredLocales: []string{}, TaxExempt: "none",
	}
}

// intentOf returns the payment intent of a session; the first attempt makes it.
func (d *Sessions) intentOf(s *object.Session) *object.PaymentIntent {
	if intent := d.state.PaymentIntents.Get(string(s.PaymentIntent)); intent != nil {
		return intent
	}
	intent := d.processor.NewIntent(processor.PaymentRequest{
		Amount: s.Total(), Currency: string(s.Currency), Customer: s.Customer, Description: s.Intent.Description,
		FutureUsage: s.Intent.SetupFutureUsage, Metadata: s.Intent.Metadata, MethodTypes: s.PaymentMethodTypes, Livemode: s.Livemode,
	}, nil)
	s.PaymentIntent = object.Optional(intent.ID)
	return intent
}

func (d *Sessions) openSetup(s *object.Session, cause *object.EventRequest) *object.SetupIntent {
	id := object.NewID("seti_")
	intent := &object.SetupIntent{
		ID: id, Object: "setup_intent", ClientSecret: object.NewSecret(id), Created: d.now().Unix(),
		Customer: s.Customer, Description: object.Optional(s.Intent.Description),
		Livemode: s.Livemode, Metadata: notNil(maps.Clone(s.Intent.Metadata)),
		PaymentMethodOptions: object.CardOptions(), PaymentMethodTypes: s.PaymentMethodTypes,
		Status: object.RequiresPaymentMethod, Usage: "off_session",
	}
	d.state.SetupIntents.Add(id, intent)
	d.emit("setup_intent.created", intent, s.Livemode, cause)
	return intent
}

func (d *Sessions) newMethod(s *object.Session, card object.Card) *object.PaymentMethod {
	method := &object.PaymentMethod{
		ID: object.NewID("pm_"), Object: "payment_method", BillingDetails: billing(s), Card: &card,
		Created: d.now().Unix(), Livemode: s.Livemode, Metadata: map[string]string{}, Type: "card",
	}
	d.state.PaymentMethods.Add(method.ID, method)
	return method
}

func billing(s *object.Session) object.BillingDetails {
	if s.CustomerDetails == nil {
		return object.BillingDetails{}
	}
	return object.BillingDetails{Email: s.CustomerDetails.Email, Name: s.CustomerDetails.Name}
}
