package processor

import "encoding/json"

// Event is a webhook event with a snapshot of its object.
type Event struct {
	ID              string        `json:"id"`
	Object          string        `json:"object"`
	APIVersion      string        `json:"api_version"`
	Created         int64         `json:"created"`
	Data            EventData     `json:"data"`
	Livemode        bool          `json:"livemode"`
	PendingWebhooks int           `json:"pending_webhooks"`
	Request         *EventRequest `json:"request"`
	Type            string        `json:"type"`
}

// EventData is the object and, of an update, what the changed properties were.
type EventData struct {
	Object             json.RawMessage `json:"object"`
	PreviousAttributes map[string]any  `json:"previous_attributes,omitempty"`
}

// EventRequest is the request that led to an event; both are null for an action at a page.
type EventRequest struct {
	ID             Optional `json:"id"`
	IdempotencyKey Optional `json:"idempotency_key"`
}
