package control

import (
	"context"
	"net/http"
)

// NewSession is a session created without the API. With a card it is paid at once, as a
// customer would, with its events. The patch comes last: properties as PatchSession takes them.
type NewSession struct {
	Product  string            `json:"product,omitempty"`  // "Something" when empty
	Amount   int64             `json:"amount"`             // in cents
	Currency string            `json:"currency"`           // lower case
	Customer string            `json:"customer,omitempty"` // a known one; a new one when empty
	Metadata map[string]string `json:"metadata,omitempty"`
	Card     string            `json:"card,omitempty"` // its number
	Patch    map[string]any    `json:"patch,omitempty"`
}

// NewSession creates a session without the API and returns its id.
func (c *Client) NewSession(ctx context.Context, session NewSession) (string, error) {
	var answer struct {
		ID string `json:"id"`
	}
	err := c.call(ctx, http.MethodPost, "/sessions", session, &answer)
	return answer.ID, err
}
