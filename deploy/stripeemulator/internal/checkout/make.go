package checkout

import (
	"maps"

	"github.com/mintfax/mintfax/deploy/stripeemulator/internal/object"
	"github.com/mintfax/mintfax/deploy/stripeemulator/internal/refusal"
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
func (d *Desk) intentOf(s *object.Session) *object.PaymentIntent {
	if intent := d.state.PaymentIntents.Get(string(s.PaymentIntent)); intent != nil {
		return intent
	}
	id := object.NewID("pi_")
	intent := &object.PaymentIntent{
		ID: id, Object: "payment_intent", Amount: s.Total(), CaptureMethod: "automatic",
		ClientSecret: object.NewSecret(id), ConfirmationMethod: "automatic", Created: d.now().Unix(),
		Currency: string(s.Currency), Customer: s.Customer, Description: object.Optional(s.Intent.Description),
		Livemode: s.Livemode, Metadata: notNil(maps.Clone(s.Intent.Metadata)),
		PaymentMethodOptions: cardOptions(), PaymentMethodTypes: []string{"card"},
		SetupFutureUsage: object.Optional(s.Intent.SetupFutureUsage), Status: object.RequiresPaymentMethod,
	}
	d.state.PaymentIntents.Add(id, intent)
	s.PaymentIntent = object.Optional(id)
	d.emit("payment_intent.created", intent, s.Livemode, nil)
	return intent
}

func (d *Desk) openSetup(s *object.Session, cause *object.EventRequest) *object.SetupIntent {
	id := object.NewID("seti_")
	intent := &object.SetupIntent{
		ID: id, Object: "setup_intent", ClientSecret: object.NewSecret(id), Created: d.now().Unix(),
		Customer: s.Customer, Description: object.Optional(s.Intent.Description),
		Livemode: s.Livemode, Metadata: notNil(maps.Clone(s.Intent.Metadata)),
		PaymentMethodOptions: cardOptions(), PaymentMethodTypes: []string{"card"},
		Status: object.RequiresPaymentMethod, Usage: "off_session",
	}
	d.state.SetupIntents.Add(id, intent)
	d.emit("setup_intent.created", intent, s.Livemode, cause)
	return intent
}

func (d *Desk) newMethod(s *object.Session, card object.Card) *object.PaymentMethod {
	method := &object.PaymentMethod{
		ID: object.NewID("pm_"), Object: "payment_method", BillingDetails: billing(s), Card: card,
		Created: d.now().Unix(), Livemode: s.Livemode, Metadata: map[string]string{}, Type: "card",
	}
	d.state.PaymentMethods.Add(method.ID, method)
	return method
}

func (d *Desk) newCharge(
	s *object.Session, intent *object.PaymentIntent, method *object.PaymentMethod, declined *refusal.Error,
) *object.Charge {
	id := object.NewID("ch_")
	charge := &object.Charge{
		ID: id, Object: "charge", Amount: intent.Amount, BillingDetails: method.BillingDetails,
		CalculatedStatementDescriptor: "EMULATED", Created: d.now().Unix(), Currency: intent.Currency,
		Customer: s.Customer, Description: intent.Description, Livemode: s.Livemode, Metadata: maps.Clone(intent.Metadata),
		PaymentIntent: intent.ID, PaymentMethod: method.ID,
		PaymentMethodDetails: object.PaymentMethodDetails{Type: "card", Card: charged(method.Card)},
	}
	if declined == nil {
		amount := intent.Amount
		charge.Paid, charge.Captured, charge.AmountCaptured, charge.Status = true, true, amount, "succeeded"
		charge.BalanceTransaction = object.Optional(object.NewID("txn_"))
		charge.PaymentMethodDetails.Card.AmountAuthorized = &amount
		charge.ReceiptURL = object.Optional(d.publicURL + "/receipts/" + id)
		charge.Outcome = object.Outcome{
			NetworkStatus: "approved_by_network", RiskLevel: "normal", RiskScore: 20,
			SellerMessage: "Payment complete.", Type: "authorized",
		}
	} else {
		charge.Status = "failed"
		charge.FailureCode, charge.FailureMessage = object.Optional(declined.Code), object.Optional(declined.Message)
		charge.Outcome = object.Outcome{
			NetworkStatus: "declined_by_network", Reason: object.Optional(declined.DeclineCode), RiskLevel: "normal", RiskScore: 20,
			SellerMessage: "The bank did not accept the charge.", Type: "issuer_declined",
		}
	}
	d.state.Charges.Add(id, charge)
	return charge
}

func charged(card object.Card) object.ChargedCard {
	return object.ChargedCard{
		Brand: card.Brand, Checks: card.Checks, Country: card.Country, ExpMonth: card.ExpMonth, ExpYear: card.ExpYear,
		Fingerprint: card.Fingerprint, Funding: card.Funding, Last4: card.Last4, Network: card.Brand,
	}
}

func billing(s *object.Session) object.BillingDetails {
	if s.CustomerDetails == nil {
		return object.BillingDetails{}
	}
	return object.BillingDetails{Email: s.CustomerDetails.Email, Name: s.CustomerDetails.Name}
}

func cardOptions() map[string]any {
	return map[string]any{"card": map[string]any{"request_three_d_secure": "automatic"}}
}
