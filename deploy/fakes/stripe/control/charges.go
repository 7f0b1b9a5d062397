package control

// Charge is money that was taken. Declined attempts are not among the charges.
type Charge struct {
	ID            string            `json:"id"`
	Amount        int64             `json:"amount"`   // in cents
	Refunded      int64             `json:"refunded"` // in cents, of Amount
	Currency      string            `json:"currency"`
	Customer      string            `json:"customer"`
	PaymentIntent string            `json:"payment_intent"`
	SessionID     string            `json:"session_id"`
	Last4         string            `json:"last4"`
	AccountID     string            `json:"account_id"` // account_id of the metadata
	Metadata      map[string]string `json:"metadata"`
}
