package processor

import (
	"maps"
)

// Charge takes the money of an intent. The intent has succeeded only once Succeed says so.
func (p *Processor) Charge(intent *PaymentIntent, method *PaymentMethod, cause *EventRequest) {
	charge := p.newCharge(intent, method)
	p.paid(charge)
	p.emit("charge.succeeded", charge, charge.Livemode, cause)
}

// RequireAction lets an intent wait until the holder of the card has answered the bank.
func (p *Processor) RequireAction(intent *PaymentIntent) {
	intent.Status, intent.NextAction = RequiresAction, RedirectToBank()
	p.emit("payment_intent.requires_action", intent, intent.Livemode, nil)
}

// Succeed ends an intent whose latest charge was paid.
func (p *Processor) Succeed(intent *PaymentIntent, cause *EventRequest) {
	charge := p.state.Charges.Get(string(intent.LatestCharge))
	intent.Status, intent.AmountReceived, intent.LastPaymentError = Succeeded, intent.Amount, nil
	intent.PaymentMethod = Optional(charge.PaymentMethod)
	p.emit("payment_intent.succeeded", intent, intent.Livemode, cause)
}

// Decline records a declined charge, and returns the error for the caller.
func (p *Processor) Decline(
	intent *PaymentIntent, method *PaymentMethod, declined *Error, cause *EventRequest,
) *Error {
	p.fail(intent, p.newCharge(intent, method), method, declined, cause)
	told := *intent.LastPaymentError
	return &told
}

// fail lets the intent wait for another card.
func (p *Processor) fail(
	intent *PaymentIntent, charge *Charge, method *PaymentMethod, declined *Error, cause *EventRequest,
) {
	charge.Status = "failed"
	charge.FailureCode, charge.FailureMessage = Optional(declined.Code), Optional(declined.Message)
	charge.Outcome = Outcome{
		NetworkStatus: "declined_by_network", Reason: Optional(declined.DeclineCode), RiskLevel: "normal", RiskScore: 20,
		SellerMessage: "The bank did not accept the charge.", Type: "issuer_declined",
	}
	told := *declined
	told.Charge, told.PaymentMethod = charge.ID, *method
	intent.Status, intent.PaymentMethod, intent.LastPaymentError = RequiresPaymentMethod, "", &told
	p.emit("charge.failed", charge, charge.Livemode, cause)
	p.emit("payment_intent.payment_failed", intent, intent.Livemode, cause)
}

func (p *Processor) paid(charge *Charge) {
	charge.Paid, charge.Captured, charge.AmountCaptured, charge.Status = true, true, charge.Amount, "succeeded"
	charge.BalanceTransaction = Optional(NewID("txn_"))
	charge.ReceiptURL = Optional(p.publicURL + "/receipts/" + charge.ID)
	charge.Outcome = Outcome{
		NetworkStatus: "approved_by_network", RiskLevel: "normal", RiskScore: 20,
		SellerMessage: "Payment complete.", Type: "authorized",
	}
	if card := charge.PaymentMethodDetails.Card; card != nil {
		amount := charge.Amount
		card.AmountAuthorized = &amount
	}
}

// newCharge makes the latest charge of an intent, of which the bank has said nothing yet.
func (p *Processor) newCharge(intent *PaymentIntent, method *PaymentMethod) *Charge {
	charge := &Charge{
		ID: NewID("ch_"), Object: "charge", Amount: intent.Amount, BillingDetails: method.BillingDetails,
		CalculatedStatementDescriptor: "EMULATED", Created: p.now().Unix(), Currency: intent.Currency,
		Customer: intent.Customer, Description: intent.Description, Livemode: intent.Livemode, Metadata: maps.Clone(intent.Metadata),
		PaymentIntent: intent.ID, PaymentMethod: method.ID, PaymentMethodDetails: detailsOf(method),
		ReceiptEmail: intent.ReceiptEmail, Status: "pending",
	}
	p.state.Charges.Add(charge.ID, charge)
	intent.NextAction = nil
	intent.LatestCharge = Optional(charge.ID)
	return charge
}

func detailsOf(method *PaymentMethod) PaymentMethodDetails {
	details := PaymentMethodDetails{Type: method.Type, USBankAccount: method.USBankAccount}
	if card := method.Card; card != nil {
		details.Card = &ChargedCard{
			Brand: card.Brand, Checks: card.Checks, Country: card.Country, ExpMonth: card.ExpMonth, ExpYear: card.ExpYear,
			Fingerprint: card.Fingerprint, Funding: card.Funding, Last4: card.Last4, Network: card.Brand,
		}
	}
	return details
}
