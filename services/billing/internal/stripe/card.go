package stripe

import (
	"context"
	"errors"

	"github.com/stripe/stripe-go/v76"
)

// DetachCard detaches a saved card from its customer, after which nobody can charge it. It succeeds when the card has
// no customer, whoever detached it.
func (c *Client) DetachCard(ctx context.Context, paymentMethodID string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := c.api.PaymentMethods.Detach(paymentMethodID, &stripe.PaymentMethodDetachParams{Params: c.params(ctx, "")})
	refusal := classify("detach a card", err)
	if errors.Is(refusal, ErrMissing) {
		return nil
	}
	if !errors.Is(refusal, ErrRefused) {
		return refusal
	}
	card, err := c.api.PaymentMethods.Get(paymentMethodID, &stripe.PaymentMethodParams{Params: c.params(ctx, "")})
	if err != nil {
		return classify("read a card", err)
	}
	if card.Customer != nil && card.Customer.ID != "" {
		return refusal
	}
	return nil
}
