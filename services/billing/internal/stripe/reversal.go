package stripe

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"
)

// ReversalKind says how money goes back to the payer.
type ReversalKind string

// The kinds of reversals.
const (
	Refund  ReversalKind = "refund"
	Dispute ReversalKind = "dispute"
)

// Reversal is the state of a refund or a dispute at Stripe.
type Reversal struct {
	ID        string
	Kind      ReversalKind
	IntentID  string // of the payment; empty for a charge without an intent, which is never ours
	Amount    int64  // in cents
	Currency  string // lower case
	Status    string
	CreatedAt time.Time
}

// ListReversals reads the current state of every refund and dispute of a payment intent.
func (c *Client) ListReversals(ctx context.Context, intentID string) ([]Reversal, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var found []Reversal
	refunds := &stripe.RefundListParams{PaymentIntent: stripe.String(intentID)}
	refunds.Context, refunds.Limit = ctx, stripe.Int64(100)
	list := c.api.Refunds.List(refunds)
	for list.Next() {
		found = append(found, refundOf(list.Refund()))
	}
	if err := list.Err(); err != nil {
		return nil, classify("list refunds", err)
	}
	disputes := &stripe.DisputeListParams{PaymentIntent: stripe.String(intentID)}
	disputes.Context, disputes.Limit = ctx, stripe.Int64(100)
	more := c.api.Disputes.List(disputes)
	for more.Next() {
		found = append(found, disputeOf(more.Dispute()))
	}
	if err := more.Err(); err != nil {
		return nil, classify("list disputes", err)
	}
	return found, nil
}

// IntentOfCharge returns the payment intent of a charge, or the empty string.
func (c *Client) IntentOfCharge(ctx context.Context, id string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	charge, err := c.api.Charges.Get(id, &stripe.ChargeParams{Params: c.params(ctx, "")})
	if err != nil {
		return "", classify("read a charge", err)
	}
	return idOf(charge.PaymentIntent), nil
}

// IntentOfRefund returns the payment intent of a refund, or the empty string.
func (c *Client) IntentOfRefund(ctx context.Context, id string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	refund, err := c.api.Refunds.Get(id, &stripe.RefundParams{Params: c.params(ctx, "")})
	if err != nil {
		return "", classify("read a refund", err)
	}
	return idOf(refund.PaymentIntent), nil
}

// IntentOfDispute returns the payment intent of a dispute, or the empty string.
func (c *Client) IntentOfDispute(ctx context.Context, id string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	dispute, err := c.api.Disputes.Get(id, &stripe.DisputeParams{Params: c.params(ctx, "")})
	if err != nil {
		return "", classify("read a dispute", err)
	}
	return idOf(dispute.PaymentIntent), nil
}

func refundOf(r *stripe.Refund) Reversal {
	return Reversal{
		ID: r.ID, Kind: Refund, IntentID: idOf(r.PaymentIntent), Amount: r.Amount, Currency: string(r.Currency),
		Status: string(r.Status), CreatedAt: time.Unix(r.Created, 0).UTC(),
	}
}

func disputeOf(d *stripe.Dispute) Reversal {
	return Reversal{
		ID: d.ID, Kind: Dispute, IntentID: idOf(d.PaymentIntent), Amount: d.Amount, Currency: string(d.Currency),
		Status: string(d.Status), CreatedAt: time.Unix(d.Created, 0).UTC(),
	}
}

func idOf(intent *stripe.PaymentIntent) string {
	if intent == nil {
		return ""
	}
	return intent.ID
}
