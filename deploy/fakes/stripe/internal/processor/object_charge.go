package processor

// Charge is one attempt to move money, successful or not.
type Charge struct {
	ID                            string               `json:"id"`
	Object                        string               `json:"object"`
	Amount                        int64                `json:"amount"`
	AmountCaptured                int64                `json:"amount_captured"`
	AmountRefunded                int64                `json:"amount_refunded"`
	Application                   Null                 `json:"application"`
	ApplicationFee                Null                 `json:"application_fee"`
	ApplicationFeeAmount          Null                 `json:"application_fee_amount"`
	BalanceTransaction            Optional             `json:"balance_transaction"`
	BillingDetails                BillingDetails       `json:"billing_details"`
	CalculatedStatementDescriptor string               `json:"calculated_statement_descriptor"`
	Captured                      bool                 `json:"captured"`
	Created                       int64                `json:"created"`
	Currency                      string               `json:"currency"`
	Customer                      Optional             `json:"customer"`
	Description                   Optional             `json:"description"`
	Destination                   Null                 `json:"destination"`
	Dispute                       Optional             `json:"dispute"`
	Disputed                      bool                 `json:"disputed"`
	FailureBalanceTransaction     Null                 `json:"failure_balance_transaction"`
	FailureCode                   Optional             `json:"failure_code"`
	FailureMessage                Optional             `json:"failure_message"`
	FraudDetails                  struct{}             `json:"fraud_details"`
	Invoice                       Null                 `json:"invoice"`
	Livemode                      bool                 `json:"livemode"`
	Metadata                      map[string]string    `json:"metadata"`
	OnBehalfOf                    Null                 `json:"on_behalf_of"`
	Order                         Null                 `json:"order"`
	Outcome                       Outcome              `json:"outcome"`
	Paid                          bool                 `json:"paid"`
	PaymentIntent                 string               `json:"payment_intent"`
	PaymentMethod                 string               `json:"payment_method"`
	PaymentMethodDetails          PaymentMethodDetails `json:"payment_method_details"`
	RadarOptions                  struct{}             `json:"radar_options"`
	ReceiptEmail                  Optional             `json:"receipt_email"`
	ReceiptNumber                 Null                 `json:"receipt_number"`
	ReceiptURL                    Optional             `json:"receipt_url"`
	Refunded                      bool                 `json:"refunded"`
	Review                        Null                 `json:"review"`
	Shipping                      Null                 `json:"shipping"`
	Source                        Null                 `json:"source"`
	SourceTransfer                Null                 `json:"source_transfer"`
	StatementDescriptor           Null                 `json:"statement_descriptor"`
	StatementDescriptorSuffix     Null                 `json:"statement_descriptor_suffix"`
	Status                        string               `json:"status"`
	TransferData                  Null                 `json:"transfer_data"`
	TransferGroup                 Null                 `json:"transfer_group"`
}

// Outcome is what the network and the risk rules said.
type Outcome struct {
	NetworkStatus string   `json:"network_status"`
	Reason        Optional `json:"reason"`
	RiskLevel     string   `json:"risk_level"`
	RiskScore     int64    `json:"risk_score"`
	SellerMessage string   `json:"seller_message"`
	Type          string   `json:"type"`
}

// PaymentMethodDetails is what was charged, as it was then.
type PaymentMethodDetails struct {
	Card *ChargedCard `json:"card,omitempty"`
	Type string       `json:"type"`
	// USBankAccount is the account that was debited.
	USBankAccount *USBankAccount `json:"us_bank_account,omitempty"`
}

// ChargedCard is a card at the time of a charge.
type ChargedCard struct {
	AmountAuthorized *int64 `json:"amount_authorized"`
	Brand            string `json:"brand"`
	Checks           Checks `json:"checks"`
	Country          string `json:"country"`
	ExpMonth         int64  `json:"exp_month"`
	ExpYear          int64  `json:"exp_year"`
	Fingerprint      string `json:"fingerprint"`
	Funding          string `json:"funding"`
	Installments     Null   `json:"installments"`
	Last4            string `json:"last4"`
	Mandate          Null   `json:"mandate"`
	Network          string `json:"network"`
	NetworkToken     Null   `json:"network_token"`
	ThreeDSecure     Null   `json:"three_d_secure"`
	Wallet           Null   `json:"wallet"`
}
