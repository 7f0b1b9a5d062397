package carrier

import (
	"context"
	"errors"
)

// ErrForged means that a delivery is malformed or does not come from the carrier that it names.
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
	Secret  string            // from the URL
}

// Update is a carrier's report about an attempt. An empty id means that the attempt is not ours.
type Update struct {
	AttemptID string
	Report    Report
}
