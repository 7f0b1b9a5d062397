package control

import (
	"encoding/json"
	"time"
)

// Mode is what happens to events.
type Mode string

// The modes. An event that is held is delivered on Release, one that is dropped only on Resend. A mode
// also counts for what is still waiting for its next attempt.
const (
	Deliver Mode = "deliver"
	Hold    Mode = "hold"
	Drop    Mode = "drop"
)

// Delivery is how events are delivered.
type Delivery struct {
	Mode Mode `json:"mode"`
	// Duplicates is how many more copies of each event are delivered at the same time, 0 to 100.
	Duplicates int `json:"duplicates"`
	// Types are the types of events that the mode is for; all others are delivered. Empty means all.
	Types []string `json:"types,omitempty"`
}

// Order is the order in which held events are released.
type Order string

// The orders.
const (
	AsIs     Order = "as_is"
	Reversed Order = "reversed"
	Shuffled Order = "shuffled"
)

// Release asks to deliver the held events one after the other.
type Release struct {
	Order Order  `json:"order"` // empty means AsIs
	Seed  uint64 `json:"seed"`  // of Shuffled: the same seed gives the same order
}

// Status is how far an event has come.
type Status string

// The statuses. Pending is under way or waiting for its next attempt. Without a webhook URL every
// event is undeliverable.
const (
	Pending       Status = "pending"
	Held          Status = "held"
	Dropped       Status = "dropped"
	Delivered     Status = "delivered"
	Undeliverable Status = "undeliverable"
)

// Event is an event and what became of it.
type Event struct {
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	ObjectID   string          `json:"object_id"`
	Status     Status          `json:"status"`
	Deliveries []Attempt       `json:"deliveries"`
	Body       json.RawMessage `json:"body"` // as it is delivered
}

// Attempt is one POST to the webhook URL: an answer, or an error when there was none.
type Attempt struct {
	At     time.Time `json:"at"`
	Status int       `json:"status"` // HTTP; 0 when there was no answer
	Body   string    `json:"body"`   // the first kilobyte
	Error  string    `json:"error,omitempty"`
}

// OK reports whether the receiver took the event.
func (a Attempt) OK() bool { return a.Error == "" && a.Status >= 200 && a.Status <= 299 }

// Crafted is an event made up by a test. It is delivered once and kept nowhere. The object is Object,
// or the one with ObjectID as it is now.
type Crafted struct {
	ID         string          `json:"id,omitempty"` // a fresh one when empty
	Type       string          `json:"type,omitempty"`
	Object     json.RawMessage `json:"object,omitempty"`
	ObjectID   string          `json:"object_id,omitempty"`
	Livemode   bool            `json:"livemode,omitempty"`
	APIVersion string          `json:"api_version,omitempty"` // 2023-10-16 when empty
	Body       string          `json:"body,omitempty"`        // takes the place of all above
	Signature  Signature       `json:"signature"`
}

// Signature is how an event is signed. The zero Signature is right.
type Signature struct {
	OffsetSeconds int64  `json:"offset_seconds,omitempty"` // added to the time; negative is the past
	Secret        string `json:"secret,omitempty"`         // instead of the endpoint's
	Omit          bool   `json:"omit,omitempty"`           // no header at all
	Header        string `json:"header,omitempty"`         // the header as it is, instead of a signature
}
