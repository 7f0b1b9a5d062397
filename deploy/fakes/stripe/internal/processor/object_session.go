package processor

// What a Checkout Session is for and where it stands.
const (
	ModePayment       = "payment"
	ModeSetup         = "setup"
	SessionOpen       = "open"
	SessionComplete   = "complete"
	SessionExpired    = "expired"
	Paid              = "paid"
	Unpaid            = "unpaid"
	NoPaymentRequired = "no_payment_required"
)

// Session is a Checkout Session. Amounts are null in setup mode; the URL is null once it is of no use.
type Session struct {
	ID                       string            `json:"id"`
	Object                   string            `json:"object"`
	AfterExpiration          Null              `json:"after_expiration"`
	AllowPromotionCodes      Null              `json:"allow_promotion_codes"`
	AmountSubtotal           *int64            `json:"amount_subtotal"`
	AmountTotal              *int64            `json:"amount_total"`
	AutomaticTax             AutomaticTax      `json:"automatic_tax"`
	BillingAddressCollection Null              `json:"billing_address_collection"`
	CancelURL                Optional          `json:"cancel_url"`
	ClientReferenceID        Optional          `json:"client_reference_id"`
	ClientSecret             Null              `json:"client_secret"`
	Consent                  Null              `json:"consent"`
	ConsentCollection        Null              `json:"consent_collection"`
	Created                  int64             `json:"created"`
	Currency                 Optional          `json:"currency"`
	CurrencyConversion       Null              `json:"currency_conversion"`
	CustomFields             []Null            `json:"custom_fields"`
	CustomText               CustomText        `json:"custom_text"`
	Customer                 Optional          `json:"customer"`
	CustomerCreation         Optional          `json:"customer_creation"`
	CustomerDetails          *CustomerDetails  `json:"customer_details"`
	CustomerEmail            Optional          `json:"customer_email"`
	ExpiresAt                int64             `json:"expires_at"`
	Invoice                  Null              `json:"invoice"`
	InvoiceCreation          Null              `json:"invoice_creation"`
	Livemode                 bool              `json:"livemode"`
	Locale                   Optional          `json:"locale"`
	Metadata                 map[string]string `json:"metadata"`
	Mode                     string            `json:"mode"`
	PaymentIntent            Optional          `json:"payment_intent"`
	PaymentLink              Null              `json:"payment_link"`
	PaymentMethodCollection  string            `json:"payment_method_collection"`
	PaymentMethodConfig      Null              `json:"payment_method_configuration_details"`
	PaymentMethodOptions     map[string]any    `json:"payment_method_options"`
	PaymentMethodTypes       []string          `json:"payment_method_types"`
	PaymentStatus            string            `json:"payment_status"`
	PhoneNumberCollection    Enabled           `json:"phone_number_collection"`
	RecoveredFrom            Null              `json:"recovered_from"`
	SetupIntent              Optional          `json:"setup_intent"`
	ShippingAddress          Null              `json:"shipping_address_collection"`
	ShippingCost             Null              `json:"shipping_cost"`
	ShippingDetails          Null              `json:"shipping_details"`
	ShippingOptions          []Null            `json:"shipping_options"`
	Status                   string            `json:"status"`
	SubmitType               Optional          `json:"submit_type"`
	Subscription             Null              `json:"subscription"`
	SuccessURL               Optional          `json:"success_url"`
	TotalDetails             *TotalDetails     `json:"total_details"`
	UIMode                   string            `json:"ui_mode"`
	URL                      Optional          `json:"url"`

	// What the emulator remembers beside what it shows.
	LineItems []LineItem `json:"-"`
	Intent    IntentData `json:"-"`
}

// Total is the amount to pay, 0 in setup mode.
func (s *Session) Total() int64 {
	if s.AmountTotal == nil {
		return 0
	}
	return *s.AmountTotal
}

// IntentData is what a session passes on to its intent.
type IntentData struct {
	SetupFutureUsage string
	Description      string
	Metadata         map[string]string
}

// AutomaticTax is off.
type AutomaticTax struct {
	Enabled   bool `json:"enabled"`
	Liability Null `json:"liability"`
	Status    Null `json:"status"`
}

// CustomText is empty.
type CustomText struct {
	AfterSubmit              Null `json:"after_submit"`
	ShippingAddress          Null `json:"shipping_address"`
	Submit                   Null `json:"submit"`
	TermsOfServiceAcceptance Null `json:"terms_of_service_acceptance"`
}

// CustomerDetails is what is known of the customer at the page.
type CustomerDetails struct {
	Address   Null     `json:"address"`
	Email     Optional `json:"email"`
	Name      Optional `json:"name"`
	Phone     Null     `json:"phone"`
	TaxExempt string   `json:"tax_exempt"`
	TaxIDs    []Null   `json:"tax_ids"`
}

// Enabled is something that is off.
type Enabled struct {
	Enabled bool `json:"enabled"`
}

// TotalDetails is what is taken off the total or added to it: nothing.
type TotalDetails struct {
	AmountDiscount int64 `json:"amount_discount"`
	AmountShipping int64 `json:"amount_shipping"`
	AmountTax      int64 `json:"amount_tax"`
}
