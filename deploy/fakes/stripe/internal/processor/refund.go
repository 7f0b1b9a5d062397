package processor

import (
	"maps"
	"net/http"
)

// RefundRequest is money to give back.
type RefundRequest struct {
	Amount   int64 // in cents; 0 means all that is left
	Reason   string
	Metadata map[string]string
}

// Refund gives back money of a charge. What goes back counts for the charge from the beginning, also
// while the refund is pending.
func (p *Processor) Refund(charge *Charge, asked RefundRequest, cause *EventRequest) (*Refund, *Error) {
	if problem := p.refundable(charge, &asked); problem != nil {
		return nil, problem
	}
	metadata := maps.Clone(asked.Metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}
	refund := &Refund{
		ID: NewID("re_"), Object: "refund", Amount: asked.Amount, BalanceTransaction: Optional(NewID("txn_")),
		Charge: charge.ID, Created: p.now().Unix(), Currency: charge.Currency, DestinationDetails: destination(charge),
		Metadata: metadata, PaymentIntent: charge.PaymentIntent, Reason: Optional(asked.Reason), Status: RefundSucceeded,
	}
	if card := charge.PaymentMethodDetails.Card; card == nil || RefundsPending(card.Fingerprint) {
		refund.Status = RefundPending
	}
	p.state.Refunds.Add(refund.ID, refund)
	previous := p.addRefund(charge, asked.Amount)
	p.emit("refund.created", refund, charge.Livemode, cause)
	p.emitUpdate("charge.refunded", charge, charge.Livemode, cause, previous)
	return refund, nil
}

// refundable fills in the amount. A charge whose money the bank has taken back cannot give it back a
// second time; once the dispute is won, the money is here again. That a won dispute allows refunds is a
// choice, too: Stripe only says that an open one that is no inquiry does not.
func (p *Processor) refundable(charge *Charge, asked *RefundRequest) *Error {
	left := charge.AmountCaptured - charge.AmountRefunded
	if asked.Amount == 0 {
		asked.Amount = left
	}
	switch {
	case !charge.Paid:
		return RequestError(http.StatusBadRequest, "", "This charge (%s) was not paid; there is nothing to refund.", charge.ID)
	case p.isDisputed(charge):
		return RequestError(http.StatusBadRequest, "charge_disputed", "Charge %s has been charged back; cannot issue a refund.", charge.ID)
	case left == 0:
		return RequestError(http.StatusBadRequest, "charge_already_refunded", "Charge %s has already been refunded.", charge.ID)
	case asked.Amount > left:
		return ParamError("", "amount", "Refund amount (%d) is greater than unrefunded amount on charge (%d).", asked.Amount, left)
	}
	return nil
}

// SettleRefund says what became of a refund that is pending, or that a bank sends back later.
// What comes back is the charge's again, and may be refunded anew: Stripe returns it to the balance, and
// does not say what becomes of amount_refunded, so this is a choice.
func (p *Processor) SettleRefund(refund *Refund, status, failureReason string) bool {
	late := refund.Status == RefundSucceeded && status == RefundFailed
	if refund.Status != RefundPending && !late {
		return false
	}
	previous := map[string]any{"status": refund.Status}
	refund.Status = status
	if status == RefundFailed {
		refund.FailureReason, refund.FailureBalanceTransaction = failureReason, NewID("txn_")
		previous["failure_reason"], previous["failure_balance_transaction"] = nil, nil
	}
	charge := p.state.Charges.Get(refund.Charge)
	if status != RefundSucceeded {
		p.addRefund(charge, -refund.Amount)
	}
	p.emitUpdate("charge.refund.updated", refund, charge.Livemode, nil, previous)
	p.emitUpdate("refund.updated", refund, charge.Livemode, nil, previous)
	return true
}

// addRefund counts money that went back, and returns what the charge said before.
func (*Processor) addRefund(charge *Charge, amount int64) map[string]any {
	previous := map[string]any{"amount_refunded": charge.AmountRefunded}
	was := charge.Refunded
	charge.AmountRefunded += amount
	charge.Refunded = charge.AmountRefunded == charge.AmountCaptured
	if was != charge.Refunded {
		previous["refunded"] = was
	}
	return previous
}

func destination(charge *Charge) Destination {
	if charge.PaymentMethodDetails.Card == nil {
		return Destination{Type: charge.PaymentMethodDetails.Type}
	}
	return Destination{
		Card: &RefundedCard{ReferenceStatus: "pending", ReferenceType: "acquirer_reference_number", Type: "refund"},
		Type: "card",
	}
}
