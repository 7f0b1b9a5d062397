package control

import (
	"context"
	"net/http"
	"net/url"
)

// Refund is a refund as one requested in Stripe's dashboard.
type Refund struct {
	Charge   string            `json:"charge"`
	Amount   int64             `json:"amount,omitempty"` // in cents; 0 means all that is left
	Reason   string            `json:"reason,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

// Settlement is what became of a refund: succeeded, failed or canceled.
type Settlement struct {
	Status        string `json:"status"`
	FailureReason string `json:"failure_reason,omitempty"` // of a failed one; "unknown" when empty
}

// Refund gives back money of a charge, with its events, and returns the refund's id. What Stripe refuses
// is an error here, too.
func (c *Client) Refund(ctx context.Context, refund Refund) (string, error) {
	var answer struct {
		ID string `json:"id"`
	}
	err := c.call(ctx, http.MethodPost, "/refunds", refund, &answer)
	return answer.ID, err
}

// SettleRefund ends a pending refund, or lets one that succeeded fail after all. A pending refund is one
// to a bank account or to the card 4000000000007726.
func (c *Client) SettleRefund(ctx context.Context, id string, settlement Settlement) error {
	return c.call(ctx, http.MethodPost, "/refunds/"+url.PathEscape(id)+"/settle", settlement, nil)
}

// FailRefund lets a refund fail: its money comes back to the account.
func (c *Client) FailRefund(ctx context.Context, id string) error {
	return c.SettleRefund(ctx, id, Settlement{Status: "failed"})
}
