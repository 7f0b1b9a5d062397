package processor

import (
	"maps"
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
)

// RefundRequest is money to give back.
type RefundRequest struct {
	Amount   int64 // in cents; 0 means all that is left
	Reason   string
	Metadata map[string]string
}

// Refund gives back money of a charge. What goes back counts for the charge from the beginning, also
// while the refund is pending.
func (p *Processor) Refund(charge *object.Charge, asked RefundRequest, cause *object.EventRequest) (*object.Refund, *object.Error) {
	if problem := p.refundable(charge, &asked); problem != nil {
		return nil, problem
	}
	metadata := maps.Clone(asked.Metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}
	refund := &object.Refund{
		ID: object.NewID("re_"), Object: "refund", Amount: asked.Amount, BalanceTransaction: object.Optional(object.NewID("txn_")),
		Charge: charge.ID, Created: p.now().Unix(), Currency: charge.Currency, DestinationDetails: destination(charge),
		Metadata: metadata, PaymentIntent: charge.PaymentIntent, Reason: object.Optional(asked.Reason), Status: object.RefundSucceeded,
	}
	if card := charge.PaymentMethodDetails.Card; card == nil || RefundsPending(card.Fingerprint) {
		refund.Status = object.RefundPending
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
func (p *Processor) refundable(charge *object.Charge, asked *RefundRequest) *object.Error {
	left := charge.AmountCaptured - charge.AmountRefunded
	if asked.Amount == 0 {
		asked.Amount = left
	}
	switch {
	case !charge.Paid:
		return object.RequestError(http.StatusBadRequest, "", "This charge (%s) was not paid; there is nothing to refund.", charge.ID)
	case p.isDisputed(charge):
		return object.RequestError(http.StatusBadRequest, "charge_disputed", "Charge %s has been charged back; cannot issue a refund.", charge.ID)
	case left == 0:
		return object.RequestError(http.StatusBadRequest, "charge_already_refunded", "Charge %s has already been refunded.", charge.ID)
	case asked.Amount > left:
		return object.ParamError("", "amount", "Refund amount (%d) is greater than unrefunded amount on charge (%d).", asked.Amount, left)
	}
	return nil
}

// SettleRefund says what became of a refund that is pending, or that a bank sends back later.
// What comes back is the charge's again, and may be refunded anew: Stripe returns it to the balance, and
// does not say what becomes of amount_refunded, so this is a choice.
func (p *Processor) SettleRefund(refund *object.Refund, status, failureReason string) bool {
	late := refund.Status == object.RefundSucceeded && status == object.RefundFailed
	if refund.Status != object.RefundPending && !late {
		return false
	}
	previous := map[string]any{"status": refund.Status}
	refund.Status = status
	if status == object.RefundFailed {
		refund.FailureReason, refund.FailureBalanceTransaction = failureReason, object.NewID("txn_")
		previous["failure_reason"], previous["failure_balance_transaction"] = nil, nil
	}
	charge := p.state.Charges.Get(refund.Charge)
	if status != object.RefundSucceeded {
		p.addRefund(charge, -refund.Amount)
	}
	p.emitUpdate("charge.refund.updated", refund, charge.Livemode, nil, previous)
	p.emitUpdate("refund.updated", refund, charge.Livemode, nil, previous)
	return true
}

// addRefund counts money that went back, and returns what the charge said before.
func (*Processor) addRefund(charge *object.Charge, amount int64) map[string]any {
	previous := map[string]any{"amount_refunded": charge.AmountRefunded}
	was := charge.Refunded
	charge.AmountRefunded += amount
	charge.Refunded = charge.AmountRefunded == charge.AmountCaptured
	if was != charge.Refunded {
		previous["refunded"] = was
	}
	return previous
}

func destination(charge *object.Charge) object.Destination {
	if charge.PaymentMethodDetails.Card == nil {
		return object.Destination{Type: charge.PaymentMethodDetails.Type}
	}
	return object.Destination{
		Card: &object.RefundedCard{ReferenceStatus: "pending", ReferenceType: "acquirer_reference_number", Type: "refund"},
		Type: "card",
	}
}
