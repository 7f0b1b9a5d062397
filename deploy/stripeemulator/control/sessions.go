package control

// SessionPatch overwrites what is not nil, whether it makes sense or not. Metadata is replaced as a
// whole. No event tells of it.
type SessionPatch struct {
	AmountTotal       *int64             `json:"amount_total,omitempty"`
	Currency          *string            `json:"currency,omitempty"`
	Livemode          *bool              `json:"livemode,omitempty"`
	PaymentStatus     *string            `json:"payment_status,omitempty"`
	Status            *string            `json:"status,omitempty"`
	Mode              *string            `json:"mode,omitempty"`
	Customer          *string            `json:"customer,omitempty"`
	ClientReferenceID *string            `json:"client_reference_id,omitempty"`
	Metadata          *map[string]string `json:"metadata,omitempty"`
}

// NewSession is a session that nobody asked for through the API. With a card it is paid at once, as a
// person would, with its events. The patch comes last.
type NewSession struct {
	Product  string            `json:"product,omitempty"` // "Something" when empty
	Amount   int64             `json:"amount"`
	Currency string            `json:"currency"`
	Customer string            `json:"customer,omitempty"` // a known one; a new one when empty
	Metadata map[string]string `json:"metadata,omitempty"`
	Card     string            `json:"card,omitempty"`
	Patch    SessionPatch      `json:"patch"`
}
