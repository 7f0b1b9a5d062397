package control

// Charges is all charges, newest first, and what they add up to.
type Charges struct {
	Data       []Charge         `json:"data"`
	Paid       Total            `json:"paid"`
	ByCustomer map[string]Total `json:"by_customer"`
	// ByMetadata adds up by the value that a charge has for the name that was asked for.
	ByMetadata map[string]Total `json:"by_metadata"`
}

// Total adds up the charges that were paid, whatever their currency.
type Total struct {
	Count  int   `json:"count"`
	Amount int64 `json:"amount"` // in cents
}

// Charge is one attempt to move money.
type Charge struct {
	ID            string            `json:"id"`
	Amount        int64             `json:"amount"` // in cents
	Currency      string            `json:"currency"`
	Paid          bool              `json:"paid"`
	Customer      string            `json:"customer"`
	PaymentIntent string            `json:"payment_intent"`
	Session       string            `json:"session"`
	Last4         string            `json:"last4"`
	Metadata      map[string]string `json:"metadata"`
}
