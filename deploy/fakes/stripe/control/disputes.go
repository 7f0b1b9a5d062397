package control

import (
	"context"
	"net/http"
	"net/url"
)

// Dispute is an objection of a card's holder. It is never a mere inquiry: the money is withdrawn at once.
type Dispute struct {
	Charge string `json:"charge"`
	Amount int64  `json:"amount,omitempty"` // in cents; 0 means all that was not refunded
	Reason string `json:"reason,omitempty"` // "fraudulent" when empty
}

// OpenDispute lets the holder of a charged card object, with the events, and returns the dispute's id.
func (c *Client) OpenDispute(ctx context.Context, dispute Dispute) (string, error) {
	var answer struct {
		ID string `json:"id"`
	}
	err := c.call(ctx, http.MethodPost, "/disputes", dispute, &answer)
	return answer.ID, err
}

// CloseDispute ends an open dispute: won, the money comes back; lost, it is gone.
func (c *Client) CloseDispute(ctx context.Context, id string, won bool) error {
	return c.call(ctx, http.MethodPost, "/disputes/"+url.PathEscape(id)+"/close", map[string]bool{"won": won}, nil)
}
