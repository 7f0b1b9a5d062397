package carrier

import (
	"context"
	"errors"
)

// ErrForged means that a delivery does not come from the carrier it names, or cannot be read.
var ErrForged = errors.New("not from the carrier")

// Receiver is a carrier that calls back.
type Receiver interface {
	Carrier
	// Receive verifies that a delivery comes from the carrier and returns what it reports, ErrForged otherwise.
	Receive(ctx context.Context, delivery Delivery) (Update, error)
}

// Delivery is a callback of a carrier.
type Delivery struct {
	Body    []byte
	Headers map[string]string // in canonical form
	Secret  string            // of the URL
}

// Update is what a carrier reports about an attempt. An empty id is that of no attempt of ours.
type Update struct {
	AttemptID string
	Report    Report
}
