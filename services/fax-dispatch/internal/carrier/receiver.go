package carrier

import (
	"context"
	"errors"
)

// ErrForged says that what came in a carrier's name does not come from it, or cannot be read.
var ErrForged = errors.New("not from the carrier")

// Receiver is a carrier that tells of calls by itself.
type Receiver interface {
	Carrier
	// Receive makes sure that a delivery comes from the carrier and returns what it tells, ErrForged otherwise.
	Receive(ctx context.Context, delivery Delivery) (News, error)
}

// Delivery is a request of a carrier.
type Delivery struct {
	Body    []byte
	Headers map[string]string // in canonical form
	Secret  string            // of the URL
}

// News is what a carrier tells of an attempt. An empty id is not of ours.
type News struct {
	AttemptID string
	Report    Report
}
