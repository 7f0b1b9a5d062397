package processor

import (
	"net/http"
)

// StartProcessing starts a bank debit for an intent. It takes days; Settle is its result.
func (p *Processor) StartProcessing(intent *PaymentIntent, method *PaymentMethod) {
	charge := p.newCharge(intent, method)
	charge.Outcome = Outcome{
		NetworkStatus: "approved_by_network", RiskLevel: "not_assessed", SellerMessage: "Payment complete.", Type: "authorized",
	}
	intent.Status, intent.LastPaymentError, intent.PaymentMethod = Processing, nil, Optional(method.ID)
	p.emit("charge.pending", charge, charge.Livemode, nil)
	p.emit("payment_intent.processing", intent, intent.Livemode, nil)
}

// Settle ends an intent that is processing.
func (p *Processor) Settle(intent *PaymentIntent, succeeded bool) {
	charge := p.state.Charges.Get(string(intent.LatestCharge))
	if succeeded {
		p.paid(charge)
		p.emit("charge.succeeded", charge, charge.Livemode, nil)
		p.Succeed(intent, nil)
		return
	}
	declined := RequestError(http.StatusPaymentRequired, "payment_intent_payment_attempt_failed", "The payment failed: the account "+
		"has insufficient funds.")
	p.fail(intent, charge, p.state.PaymentMethods.Get(charge.PaymentMethod), declined, nil)
}
