package processor

// Where a refund stands.
const (
	RefundPending   = "pending"
	RefundSucceeded = "succeeded"
	RefundFailed    = "failed"
	RefundCanceled  = "canceled"
)

// Refund is money of a charge that went back. The failure's properties are there only once it failed.
type Refund struct {
	ID                        string            `json:"id"`
	Object                    string            `json:"object"`
	Amount                    int64             `json:"amount"`
	BalanceTransaction        Optional          `json:"balance_transaction"`
	Charge                    string            `json:"charge"`
	Created                   int64             `json:"created"`
	Currency                  string            `json:"currency"`
	DestinationDetails        Destination       `json:"destination_details"`
	FailureBalanceTransaction string            `json:"failure_balance_transaction,omitempty"`
	FailureReason             string            `json:"failure_reason,omitempty"`
	Metadata                  map[string]string `json:"metadata"`
	PaymentIntent             string            `json:"payment_intent"`
	Reason                    Optional          `json:"reason"`
	ReceiptNumber             Null              `json:"receipt_number"`
	SourceTransferReversal    Null              `json:"source_transfer_reversal"`
	Status                    string            `json:"status"`
	TransferReversal          Null              `json:"transfer_reversal"`
}

// Destination is where a refund goes.
type Destination struct {
	Card *RefundedCard `json:"card,omitempty"`
	Type string        `json:"type"`
}

// RefundedCard is a card that gets money back.
type RefundedCard struct {
	ReferenceStatus string `json:"reference_status"`
	ReferenceType   string `json:"reference_type"`
	Type            string `json:"type"`
}
