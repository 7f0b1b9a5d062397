package processor

import (
	"time"
)

const (
	disputeFee   = 1500 // cents, Stripe's of an account in the United States
	evidenceTime = 7 * 24 * time.Hour
)

// Dispute takes money of a charge back from the account, as a bank does whose customer objects.
// An amount of 0 means all that was not refunded, which is the most there can be.
func (p *Processor) Dispute(charge *Charge, amount int64, reason string) (*Dispute, *Error) {
	left := charge.AmountCaptured - charge.AmountRefunded
	if amount == 0 {
		amount = left
	}
	if charge.Disputed || amount < 1 || amount > left {
		return nil, ParamError("", "amount", "There is at most one dispute for a charge, of what was paid and not refunded: %d.", left)
	}
	due := p.now().Add(evidenceTime).Unix()
	dispute := &Dispute{
		ID: NewID("dp_"), Object: "dispute", Amount: amount, Charge: charge.ID, Created: p.now().Unix(),
		Currency: charge.Currency, EvidenceDetails: EvidenceDetails{DueBy: &due}, Livemode: charge.Livemode,
		Metadata: map[string]string{}, PaymentIntent: charge.PaymentIntent, Reason: reason, Status: DisputeNeedsResponse,
		BalanceTransactions: []BalanceTransaction{},
	}
	if card := charge.PaymentMethodDetails.Card; card != nil {
		dispute.NetworkReasonCode = "10.4"
		dispute.PaymentMethodDetails = &DisputedMethod{
			Card: DisputedCard{Brand: card.Brand, NetworkReasonCode: dispute.NetworkReasonCode}, Type: "card",
		}
	}
	p.state.Disputes.Add(dispute.ID, dispute)
	charge.Disputed, charge.Dispute = true, Optional(dispute.ID)
	p.emit("charge.dispute.created", dispute, dispute.Livemode, nil)
	previous := p.adjust(dispute, -amount, disputeFee, "dispute", "Chargeback withdrawal for "+charge.ID)
	p.emitUpdate("charge.dispute.funds_withdrawn", dispute, dispute.Livemode, nil, previous)
	return dispute, nil
}

// CloseDispute ends a dispute that is open. Won, its money comes back to the account; the fee is kept.
func (p *Processor) CloseDispute(dispute *Dispute, won bool) bool {
	if dispute.Status != DisputeNeedsResponse {
		return false
	}
	closed := map[string]any{"status": dispute.Status}
	dispute.Status, dispute.EvidenceDetails.DueBy = DisputeLost, nil
	if won {
		dispute.Status = DisputeWon
		previous := p.adjust(dispute, dispute.Amount, 0, "dispute_reversal", "Chargeback reversal for "+dispute.Charge)
		p.emitUpdate("charge.dispute.funds_reinstated", dispute, dispute.Livemode, nil, previous)
	}
	p.emitUpdate("charge.dispute.closed", dispute, dispute.Livemode, nil, closed)
	return true
}

// isDisputed reports whether the bank has the money of a charge, or some of it.
func (p *Processor) isDisputed(charge *Charge) bool {
	dispute := p.state.Disputes.Get(string(charge.Dispute))
	return dispute != nil && dispute.Status != DisputeWon
}

// adjust adds a movement of the balance, and returns what the dispute said before.
func (p *Processor) adjust(dispute *Dispute, amount, fee int64, category, description string) map[string]any {
	previous := map[string]any{"balance_transactions": append([]BalanceTransaction{}, dispute.BalanceTransactions...)}
	fees := []FeeDetail{}
	if fee > 0 {
		fees = append(fees, FeeDetail{Amount: fee, Currency: dispute.Currency, Description: "Dispute fee", Type: "stripe_fee"})
	}
	at := p.now().Unix()
	dispute.BalanceTransactions = append(dispute.BalanceTransactions, BalanceTransaction{
		ID: NewID("txn_"), Object: "balance_transaction", Amount: amount, AvailableOn: at, Created: at,
		Currency: dispute.Currency, Description: description, Fee: fee, FeeDetails: fees, Net: amount - fee,
		ReportingCategory: category, Source: dispute.ID, Status: "available", Type: "adjustment",
	})
	return previous
}
