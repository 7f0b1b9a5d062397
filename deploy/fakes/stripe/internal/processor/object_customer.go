package processor

// Customer is whom Stripe charges.
type Customer struct {
	ID                  string            `json:"id"`
	Object              string            `json:"object"`
	Address             Null              `json:"address"`
	Balance             int64             `json:"balance"`
	Created             int64             `json:"created"`
	Currency            Optional          `json:"currency"`
	DefaultSource       Null              `json:"default_source"`
	Delinquent          bool              `json:"delinquent"`
	Description         Optional          `json:"description"`
	Discount            Null              `json:"discount"`
	Email               Optional          `json:"email"`
	InvoicePrefix       string            `json:"invoice_prefix"`
	InvoiceSettings     InvoiceSettings   `json:"invoice_settings"`
	Livemode            bool              `json:"livemode"`
	Metadata            map[string]string `json:"metadata"`
	Name                Optional          `json:"name"`
	NextInvoiceSequence int64             `json:"next_invoice_sequence"`
	Phone               Optional          `json:"phone"`
	PreferredLocales    []string          `json:"preferred_locales"`
	Shipping            Null              `json:"shipping"`
	TaxExempt           string            `json:"tax_exempt"`
	TestClock           Null              `json:"test_clock"`
}

// InvoiceSettings holds the card that is charged when nothing else is said.
type InvoiceSettings struct {
	CustomFields         Null     `json:"custom_fields"`
	DefaultPaymentMethod Optional `json:"default_payment_method"`
	Footer               Null     `json:"footer"`
	RenderingOptions     Null     `json:"rendering_options"`
}
