package processor

// LineItem is something that is bought at a Checkout.
type LineItem struct {
	ID             string `json:"id"`
	Object         string `json:"object"`
	AmountDiscount int64  `json:"amount_discount"`
	AmountSubtotal int64  `json:"amount_subtotal"`
	AmountTax      int64  `json:"amount_tax"`
	AmountTotal    int64  `json:"amount_total"`
	Currency       string `json:"currency"`
	Description    string `json:"description"`
	Price          Price  `json:"price"`
	Quantity       int64  `json:"quantity"`
}

// Price is what one of an item costs. It was made for one session and cannot be used again.
type Price struct {
	ID                string            `json:"id"`
	Object            string            `json:"object"`
	Active            bool              `json:"active"`
	BillingScheme     string            `json:"billing_scheme"`
	Created           int64             `json:"created"`
	Currency          string            `json:"currency"`
	CustomUnitAmount  Null              `json:"custom_unit_amount"`
	Livemode          bool              `json:"livemode"`
	LookupKey         Null              `json:"lookup_key"`
	Metadata          map[string]string `json:"metadata"`
	Nickname          Null              `json:"nickname"`
	Product           string            `json:"product"`
	Recurring         Null              `json:"recurring"`
	TaxBehavior       string            `json:"tax_behavior"`
	TiersMode         Null              `json:"tiers_mode"`
	TransformQuantity Null              `json:"transform_quantity"`
	Type              string            `json:"type"`
	UnitAmount        int64             `json:"unit_amount"`
	UnitAmountDecimal string            `json:"unit_amount_decimal"`
}
