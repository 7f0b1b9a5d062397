package contract

// FaxQuote is the price of a fax. It is not stored.
type FaxQuote struct {
	Pages       int    `json:"pages"`
	Rate        int64  `json:"rate"`   // credits for a page
	Amount      int64  `json:"amount"` // credits that would be held
	Currency    string `json:"currency"`
	Destination string `json:"destination"` // ISO 3166-1 alpha-2, or "sandbox"
}

// FaxPreview is a fax before it is sent. Its pages stay in staging for an hour.
type FaxPreview struct {
	Quote FaxQuote `json:"quote"`
	Pages FaxPages `json:"pages"`
}

// ResendFaxRequest submits the pages of an earlier fax as a new fax. Empty fields are copied from the earlier fax.
type ResendFaxRequest struct {
	Tenant         Tenant `json:"tenant"`
	ID             string `json:"id"`
	To             string `json:"to,omitempty"`
	WebhookURL     string `json:"webhook_url,omitempty"`
	MaxAttempts    string `json:"max_attempts,omitempty"`
	IdempotencyKey string `json:"idempotency_key,omitempty"`
	Fingerprint    []byte `json:"fingerprint,omitempty"` // of the whole request; set with IdempotencyKey
}

// FaxPages locates the stored pages of a fax.
type FaxPages struct {
	Document StagedFile `json:"document"` // a TIFF file: kept or, for a preview, staged
	Pages    int        `json:"pages"`
}

// CarrierDelivery is a carrier's callback, unchanged.
type CarrierDelivery struct {
	Carrier string            `json:"carrier"`
	Body    []byte            `json:"body"`
	Headers map[string]string `json:"headers"` // the signature headers, in canonical form
	Secret  string            `json:"secret"`  // from the URL
}

// FaxSettings are an account's settings for its faxes.
type FaxSettings struct {
	RetentionDays int  `json:"retention_days"` // days from the end of a fax to its erasure
	ZeroFootprint bool `json:"zero_footprint"` // erase a fax when it ends
	// DailySpendCap limits what live faxes may cost in a day (UTC), in credits; null means no limit.
	DailySpendCap *int64 `json:"daily_spend_cap"`
	// The sender on a cover page; null is omitted.
	SenderName    *string `json:"sender_name"`
	SenderCompany *string `json:"sender_company"`
	SenderFax     *string `json:"sender_fax"`
}

// SetFaxSettingsRequest sets the fields that are present. Errors: validation_failed.
type SetFaxSettingsRequest struct {
	AccountID     string `json:"account_id"`
	RetentionDays *int   `json:"retention_days,omitempty"`
	ZeroFootprint *bool  `json:"zero_footprint,omitempty"`
	// SetsDailySpendCap means that DailySpendCap is present. A nil DailySpendCap then removes the cap.
	SetsDailySpendCap bool   `json:"sets_daily_spend_cap,omitempty"`
	DailySpendCap     *int64 `json:"daily_spend_cap,omitempty"`
	// The empty string removes the setting.
	SenderName    *string `json:"sender_name,omitempty"`
	SenderCompany *string `json:"sender_company,omitempty"`
	SenderFax     *string `json:"sender_fax,omitempty"`
}
