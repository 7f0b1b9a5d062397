package contract

// FaxQuote says what a fax would cost. Nothing of it is stored.
type FaxQuote struct {
	Pages       int    `json:"pages"`
	Rate        int64  `json:"rate"`   // credits for a page
	Amount      int64  `json:"amount"` // credits that would be held
	Currency    string `json:"currency"`
	Destination string `json:"destination"` // ISO 3166-1 alpha-2, or "sandbox"
}

// FaxPreview is a fax before it is sent. Its pages lie in staging for an hour.
type FaxPreview struct {
	Quote FaxQuote `json:"quote"`
	Pages FaxPages `json:"pages"`
}

// ResendFaxRequest asks for a new fax with the pages of another one. Empty fields are taken from that one.
type ResendFaxRequest struct {
	Tenant         Tenant `json:"tenant"`
	ID             string `json:"id"`
	To             string `json:"to,omitempty"`
	WebhookURL     string `json:"webhook_url,omitempty"`
	MaxAttempts    string `json:"max_attempts,omitempty"`
	IdempotencyKey string `json:"idempotency_key,omitempty"`
	Fingerprint    []byte `json:"fingerprint,omitempty"` // of the whole request; set with IdempotencyKey
}

// FaxPages is where the pages of a fax lie.
type FaxPages struct {
	Document StagedFile `json:"document"` // a TIFF file, kept or, of a preview, staged
	Pages    int        `json:"pages"`
}

// CarrierDelivery is what came to the callback of a carrier, as it came.
type CarrierDelivery struct {
	Carrier string            `json:"carrier"`
	Body    []byte            `json:"body"`
	Headers map[string]string `json:"headers"` // those that sign it, in canonical form
	Secret  string            `json:"secret"`  // of the URL
}

// FaxSettings are what an account has set about its faxes.
type FaxSettings struct {
	RetentionDays int  `json:"retention_days"` // a fax is erased so many days after its end
	ZeroFootprint bool `json:"zero_footprint"` // a fax is erased as it ends
	// DailySpendCap is what live faxes may cost on a day (UTC), in credits; null is as much as there is.
	DailySpendCap *int64 `json:"daily_spend_cap"`
	// What a cover page says of who sends; null is nothing.
	SenderName    *string `json:"sender_name"`
	SenderCompany *string `json:"sender_company"`
	SenderFax     *string `json:"sender_fax"`
}

// SetFaxSettingsRequest sets what is given. Refusals: validation_failed.
type SetFaxSettingsRequest struct {
	AccountID     string `json:"account_id"`
	RetentionDays *int   `json:"retention_days,omitempty"`
	ZeroFootprint *bool  `json:"zero_footprint,omitempty"`
	// SetsDailySpendCap says that DailySpendCap counts, also when it is nil: then there is none any more.
	SetsDailySpendCap bool   `json:"sets_daily_spend_cap,omitempty"`
	DailySpendCap     *int64 `json:"daily_spend_cap,omitempty"`
	// An empty text takes away what was set.
	SenderName    *string `json:"sender_name,omitempty"`
	SenderCompany *string `json:"sender_company,omitempty"`
	SenderFax     *string `json:"sender_fax,omitempty"`
}
