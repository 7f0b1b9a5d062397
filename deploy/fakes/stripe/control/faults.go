package control

import (
	"context"
	"net/http"
)

// Fault lets the next requests to the API go wrong. Exactly one of Status, DelayMS and DropAfterEffect
// says how.
type Fault struct {
	Method     string `json:"method,omitempty"`      // empty means any
	PathPrefix string `json:"path_prefix,omitempty"` // as /v1/checkout/sessions; empty means any
	Count      int    `json:"count,omitempty"`       // requests it happens to; 0 means 1
	Status     int    `json:"status,omitempty"`      // answered instead, 400 to 599; nothing is done
	DelayMS    int64  `json:"delay_ms,omitempty"`    // milliseconds before the request is done, at most 60000
	// DropAfterEffect does the request and then ends the connection without an answer. Go's HTTP client
	// silently repeats a request with an Idempotency-Key when that happens on a connection used before.
	DropAfterEffect bool `json:"drop_after_effect,omitempty"`
}

// AddFault disturbs requests to come. Of several faults that match, the oldest is used first.
func (c *Client) AddFault(ctx context.Context, fault Fault) error {
	return c.call(ctx, http.MethodPost, "/faults", fault, nil)
}

// Faults returns what is still to go wrong.
func (c *Client) Faults(ctx context.Context) ([]Fault, error) {
	var waiting []Fault
	err := c.call(ctx, http.MethodGet, "/faults", nil, &waiting)
	return waiting, err
}

// ClearFaults lets everything go well again.
func (c *Client) ClearFaults(ctx context.Context) error {
	return c.call(ctx, http.MethodDelete, "/faults", nil, nil)
}
