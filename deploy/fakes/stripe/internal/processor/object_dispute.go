package processor

// Where a dispute stands.
const (
	DisputeNeedsResponse = "needs_response"
	DisputeWon           = "won"
	DisputeLost          = "lost"
)

// Dispute is money of a charge that the bank took back because the holder objects.
type Dispute struct {
	ID                   string               `json:"id"`
	Object               string               `json:"object"`
	Amount               int64                `json:"amount"`
	BalanceTransactions  []BalanceTransaction `json:"balance_transactions"`
	Charge               string               `json:"charge"`
	Created              int64                `json:"created"`
	Currency             string               `json:"currency"`
	Evidence             struct{}             `json:"evidence"`
	EvidenceDetails      EvidenceDetails      `json:"evidence_details"`
	IsChargeRefundable   bool                 `json:"is_charge_refundable"`
	Livemode             bool                 `json:"livemode"`
	Metadata             map[string]string    `json:"metadata"`
	NetworkReasonCode    Optional             `json:"network_reason_code"`
	PaymentIntent        string               `json:"payment_intent"`
	PaymentMethodDetails *DisputedMethod      `json:"payment_method_details,omitempty"`
	Reason               string               `json:"reason"`
	Status               string               `json:"status"`
}

// EvidenceDetails is what may still be handed in.
type EvidenceDetails struct {
	DueBy           *int64 `json:"due_by"`
	HasEvidence     bool   `json:"has_evidence"`
	PastDue         bool   `json:"past_due"`
	SubmissionCount int64  `json:"submission_count"`
}

// DisputedMethod is what was charged.
type DisputedMethod struct {
	Card DisputedCard `json:"card"`
	Type string       `json:"type"`
}

// DisputedCard is a card whose holder objects.
type DisputedCard struct {
	Brand             string   `json:"brand"`
	NetworkReasonCode Optional `json:"network_reason_code"`
}

// BalanceTransaction is a movement of the account's balance. Amounts are signed from the account's
// view; Net is Amount without Fee.
type BalanceTransaction struct {
	ID                string      `json:"id"`
	Object            string      `json:"object"`
	Amount            int64       `json:"amount"`
	AvailableOn       int64       `json:"available_on"`
	Created           int64       `json:"created"`
	Currency          string      `json:"currency"`
	Description       string      `json:"description"`
	ExchangeRate      Null        `json:"exchange_rate"`
	Fee               int64       `json:"fee"`
	FeeDetails        []FeeDetail `json:"fee_details"`
	Net               int64       `json:"net"`
	ReportingCategory string      `json:"reporting_category"`
	Source            string      `json:"source"`
	Status            string      `json:"status"`
	Type              string      `json:"type"`
}

// FeeDetail is a part of a fee.
type FeeDetail struct {
	Amount      int64  `json:"amount"`
	Application Null   `json:"application"`
	Currency    string `json:"currency"`
	Description string `json:"description"`
	Type        string `json:"type"`
}
