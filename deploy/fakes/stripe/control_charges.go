package stripe

import (
	"maps"
	"net/http"
	"slices"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

// listCharges returns all paid charges, oldest first.
func (c *controlAPI) listCharges(*http.Request) (any, error) {
	c.state.Lock()
	defer c.state.Unlock()
	sessions := map[string]string{} // by payment intent
	for _, session := range c.state.Sessions.Newest(func(*processor.Session) bool { return true }) {
		sessions[string(session.PaymentIntent)] = session.ID
	}
	paid := c.state.Charges.Newest(func(charge *processor.Charge) bool { return charge.Paid })
	charges := make([]control.Charge, 0, len(paid))
	for _, charge := range slices.Backward(paid) {
		charges = append(charges, control.Charge{
			ID: charge.ID, Amount: charge.Amount, Refunded: charge.AmountRefunded, Currency: charge.Currency, Customer: string(charge.Customer),
			PaymentIntent: charge.PaymentIntent, SessionID: sessions[charge.PaymentIntent],
			Last4:     last4(charge),
			AccountID: charge.Metadata["account_id"], Metadata: maps.Clone(charge.Metadata),
		})
	}
	return charges, nil
}

func last4(charge *processor.Charge) string {
	if card := charge.PaymentMethodDetails.Card; card != nil {
		return card.Last4
	}
	return ""
}
