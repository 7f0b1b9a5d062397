package processor

// PaymentMethod is a card or a bank account. It can be charged again while it belongs to a customer.
type PaymentMethod struct {
	ID             string            `json:"id"`
	Object         string            `json:"object"`
	BillingDetails BillingDetails    `json:"billing_details"`
	Card           *Card             `json:"card,omitempty"`
	Created        int64             `json:"created"`
	Customer       Optional          `json:"customer"`
	Livemode       bool              `json:"livemode"`
	Metadata       map[string]string `json:"metadata"`
	Type           string            `json:"type"`
	USBankAccount  *USBankAccount    `json:"us_bank_account,omitempty"`
}

// The types of methods.
const (
	CardMethod  = "card"
	BankAccount = "us_bank_account"
)

// USBankAccount is a bank account that can be debited.
type USBankAccount struct {
	AccountHolderType string `json:"account_holder_type"`
	AccountType       string `json:"account_type"`
	BankName          string `json:"bank_name"`
	Fingerprint       string `json:"fingerprint"`
	Last4             string `json:"last4"`
	RoutingNumber     string `json:"routing_number"`
}

// BillingDetails is the cardholder.
type BillingDetails struct {
	Address Address  `json:"address"`
	Email   Optional `json:"email"`
	Name    Optional `json:"name"`
	Phone   Null     `json:"phone"`
}

// Address stays empty: the page has no field for it.
type Address struct {
	City       Null `json:"city"`
	Country    Null `json:"country"`
	Line1      Null `json:"line1"`
	Line2      Null `json:"line2"`
	PostalCode Null `json:"postal_code"`
	State      Null `json:"state"`
}

// Card is what may be shown of a card.
type Card struct {
	Brand             string            `json:"brand"`
	Checks            Checks            `json:"checks"`
	Country           string            `json:"country"`
	DisplayBrand      string            `json:"display_brand"`
	ExpMonth          int64             `json:"exp_month"`
	ExpYear           int64             `json:"exp_year"`
	Fingerprint       string            `json:"fingerprint"`
	Funding           string            `json:"funding"`
	GeneratedFrom     Null              `json:"generated_from"`
	Last4             string            `json:"last4"`
	Networks          Networks          `json:"networks"`
	ThreeDSecureUsage ThreeDSecureUsage `json:"three_d_secure_usage"`
	Wallet            Null              `json:"wallet"`
}

// Checks is what the bank said about the details that were typed.
type Checks struct {
	AddressLine1Check      Null   `json:"address_line1_check"`
	AddressPostalCodeCheck Null   `json:"address_postal_code_check"`
	CVCCheck               string `json:"cvc_check"`
}

// Networks is whom a card can be charged through.
type Networks struct {
	Available []string `json:"available"`
	Preferred Null     `json:"preferred"`
}

// ThreeDSecureUsage says whether 3-D Secure is supported.
type ThreeDSecureUsage struct {
	Supported bool `json:"supported"`
}
