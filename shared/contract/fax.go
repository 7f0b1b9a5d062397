package contract

import (
	"errors"
	"fmt"
	"time"
)

// Methods that fax-dispatch serves.
const (
	SubmitFax Method[SubmitFaxRequest, SubmittedFax] = "fax.submit"
	GetFax    Method[GetFaxRequest, Fax]             = "fax.get"
	ListFaxes Method[ListFaxesRequest, List[Fax]]    = "fax.list"
	// FindFax is GetFax for callers that know only the account. The reply names the fax's environment.
	FindFax Method[OwnedRequest, FoundFax] = "fax.find"
	// GetFaxOverview counts the faxes of some environments of an account.
	GetFaxOverview Method[FaxOverviewRequest, FaxOverview] = "fax.overview"

	GetFaxStatuses Method[GetFaxStatusesRequest, FaxOutcomes] = "fax.statuses.get"

	QuoteFax    Method[SubmitFaxRequest, FaxQuote]     = "fax.quote"
	PreviewFax  Method[SubmitFaxRequest, FaxPreview]   = "fax.preview"
	ResendFax   Method[ResendFaxRequest, SubmittedFax] = "fax.resend"
	CancelFax   Method[GetFaxRequest, Fax]             = "fax.cancel"
	DeleteFax   Method[GetFaxRequest, None]            = "fax.delete"
	GetFaxPages Method[GetFaxRequest, FaxPages]        = "fax.pages.get"

	// ReceiveCarrier processes a carrier's callback. Errors: not_found; malformed_request for a forged callback.
	ReceiveCarrier Method[CarrierDelivery, None] = "fax.carrier.receive"

	GetFaxSettings Method[GetAccountRequest, FaxSettings]     = "fax.settings.get"
	SetFaxSettings Method[SetFaxSettingsRequest, FaxSettings] = "fax.settings.set"
)

// DispatchFax is the work of making the next attempt of a queued fax.
const DispatchFax Work[DispatchFaxWork] = "fax.dispatch"

// Events that fax-dispatch publishes.
const (
	FaxQueued    Event[FaxEvent] = "fax.queued"
	FaxSending   Event[FaxEvent] = "fax.sending"
	FaxDelivered Event[FaxEvent] = "fax.delivered"
	FaxFailed    Event[FaxEvent] = "fax.failed"
	FaxCanceled  Event[FaxEvent] = "fax.canceled"
)

// FaxStatus is the status of a fax. A fax reaches exactly one terminal status and keeps it.
type FaxStatus string

// The statuses of a fax. Between attempts a fax is queued again.
const (
	FaxStatusQueued     FaxStatus = "queued"
	FaxStatusSubmitted  FaxStatus = "submitted"
	FaxStatusInProgress FaxStatus = "in_progress"
	FaxStatusDelivered  FaxStatus = "delivered"
	FaxStatusFailed     FaxStatus = "failed"
	FaxStatusCanceled   FaxStatus = "canceled"
)

// FaxStatuses lists every public status.
func FaxStatuses() []FaxStatus {
	return []FaxStatus{
		FaxStatusQueued, FaxStatusSubmitted, FaxStatusInProgress,
		FaxStatusDelivered, FaxStatusFailed, FaxStatusCanceled,
	}
}

// Terminal reports whether s is one of the three final statuses.
func (s FaxStatus) Terminal() bool {
	return s == FaxStatusDelivered || s == FaxStatusFailed || s == FaxStatusCanceled
}

// Tenant is the caller: an environment of an account. Another tenant's fax is not_found.
type Tenant struct {
	AccountID       string          `json:"account_id"`
	EnvironmentID   string          `json:"environment_id"`
	EnvironmentType EnvironmentType `json:"environment_type"`
}

// StagedFile is an uploaded file in staging storage, encrypted.
type StagedFile struct {
	ID         string `json:"id"`
	Size       int64  `json:"size"`        // bytes before encryption
	SHA256     []byte `json:"sha256"`      // of the bytes before encryption
	WrappedKey []byte `json:"wrapped_key"` // the file's own key, wrapped by the document key
}

// SubmitFaxRequest submits a fax. Fields are as the client sent them; fax-dispatch validates them.
type SubmitFaxRequest struct {
	Tenant         Tenant            `json:"tenant"`
	To             string            `json:"to"`
	Files          []StagedFile      `json:"files"`
	WebhookURL     string            `json:"webhook_url,omitempty"`
	MaxAttempts    string            `json:"max_attempts,omitempty"`
	CSID           string            `json:"csid,omitempty"`
	PageSize       string            `json:"page_size,omitempty"`
	Resolution     string            `json:"resolution,omitempty"`
	OptimizeFor    string            `json:"optimize_for,omitempty"`
	Tags           map[string]string `json:"tags,omitempty"`
	Cover          FaxCover          `json:"cover"`
	IdempotencyKey string            `json:"idempotency_key,omitempty"`
	Fingerprint    []byte            `json:"fingerprint,omitempty"` // of the whole request; set with IdempotencyKey
	// Previewed are the staged pages of a PreviewFax. They are sent unchanged, instead of Files and without Cover.
	Previewed *StagedFile `json:"previewed,omitempty"`
}

// FaxCover is the content of a fax's cover page. An empty Page means no cover page.
type FaxCover struct {
	Page          string `json:"page,omitempty"` // the name of a template, or an HTML template
	RecipientName string `json:"recipient_name,omitempty"`
	Subject       string `json:"subject,omitempty"`
	Message       string `json:"message,omitempty"`
}

// Validate rejects a request without its tenant.
func (r SubmitFaxRequest) Validate() error {
	if r.Tenant.AccountID == "" || r.Tenant.EnvironmentID == "" || !r.Tenant.EnvironmentType.Valid() {
		return errors.New("a fax needs the account and the environment that send it")
	}
	return nil
}

// SubmittedFax is the reply to a submission. Replayed means that an earlier request with the same
// idempotency key created this fax.
type SubmittedFax struct {
	Fax      FaxSubmission `json:"fax"`
	Replayed bool          `json:"replayed"`
}

// FaxSubmission is the public resource that POST /faxes returns. HoldAmount is in credits.
type FaxSubmission struct {
	ID         string            `json:"id"`
	Status     FaxStatus         `json:"status"`
	To         *string           `json:"to"` // null once the fax is erased
	Pages      int               `json:"pages"`
	HoldAmount int64             `json:"hold_amount"`
	Tags       map[string]string `json:"tags"`
	CreatedAt  time.Time         `json:"created_at"`
	ResentFrom *string           `json:"resent_from"` // the fax that this one resends
}

// GetFaxRequest names a fax of a tenant.
type GetFaxRequest struct {
	Tenant Tenant `json:"tenant"`
	ID     string `json:"id"`
}

// FoundFax is a fax and its tenant.
type FoundFax struct {
	Tenant Tenant `json:"tenant"`
	Fax    Fax    `json:"fax"`
}

// MaxOverviewEnvironments is the maximum number of environments in one overview.
const MaxOverviewEnvironments = 100

// FaxOverviewRequest requests an overview of the faxes that some environments of an account have sent since a time.
type FaxOverviewRequest struct {
	AccountID      string    `json:"account_id"`
	EnvironmentIDs []string  `json:"environment_ids"`
	Since          time.Time `json:"since"`
}

// Validate rejects an overview of no environments, or of too many.
func (r FaxOverviewRequest) Validate() error {
	if r.AccountID == "" || len(r.EnvironmentIDs) == 0 || len(r.EnvironmentIDs) > MaxOverviewEnvironments {
		return fmt.Errorf("an overview is of 1 to %d environments of an account", MaxOverviewEnvironments)
	}
	return nil
}

// FaxOverview counts faxes by environment type and status. Failed has the newest failed faxes, at most five.
type FaxOverview struct {
	Counts []FaxCount `json:"counts"`
	Failed []FoundFax `json:"failed"`
}

// FaxCount is the number of faxes with a status in the environments of one type.
type FaxCount struct {
	EnvironmentType EnvironmentType `json:"environment_type"`
	Status          FaxStatus       `json:"status"`
	Count           int             `json:"count"`
}

// MaxFaxStatuses is the maximum number of faxes in one GetFaxStatusesRequest.
const MaxFaxStatuses = 100

// GetFaxStatusesRequest requests the outcomes of up to MaxFaxStatuses faxes of any account. Only services send it.
type GetFaxStatusesRequest struct {
	FaxIDs []string `json:"fax_ids"`
}

// Validate rejects an empty list and one that is too long.
func (r GetFaxStatusesRequest) Validate() error {
	if len(r.FaxIDs) == 0 || len(r.FaxIDs) > MaxFaxStatuses {
		return fmt.Errorf("fax_ids has 1 to %d ids", MaxFaxStatuses)
	}
	return nil
}

// FaxOutcomes maps the id of each requested fax to its outcome.
type FaxOutcomes struct {
	Data map[string]FaxOutcome `json:"data"`
}

// FaxOutcome says what the status of a fax means for its hold.
type FaxOutcome string

// The outcomes of a fax. All but FaxOutcomePending are final: a terminal fax stays terminal, and an id that is unknown
// once its hold is placed never becomes a fax.
const (
	FaxOutcomeUnknown   FaxOutcome = "unknown"   // neither a fax nor a submission that can still become one
	FaxOutcomePending   FaxOutcome = "pending"   // it has not ended, or is still being submitted
	FaxOutcomeDelivered FaxOutcome = "delivered" // capture the hold
	FaxOutcomeEnded     FaxOutcome = "ended"     // it failed or was canceled: release the hold
)

// ListFaxesRequest filters a tenant's faxes. Empty fields do not filter; tags combine with and.
type ListFaxesRequest struct {
	Tenant        Tenant            `json:"tenant"`
	Status        FaxStatus         `json:"status,omitempty"`
	To            string            `json:"to,omitempty"`
	ErrorCode     string            `json:"error_code,omitempty"`
	Tags          map[string]string `json:"tags,omitempty"`
	CreatedAfter  *time.Time        `json:"created_after,omitempty"`
	CreatedBefore *time.Time        `json:"created_before,omitempty"`
	Page          Page              `json:"page"`
}

// Fax is the public fax resource.
type Fax struct {
	ID             string            `json:"id"`
	Status         FaxStatus         `json:"status"`
	To             *string           `json:"to"` // null once it is erased
	Pages          int               `json:"pages"`
	HoldAmount     int64             `json:"hold_amount"`
	ErrorCode      *string           `json:"error_code"`
	ErrorSubcode   *string           `json:"error_subcode"`
	ErrorMessage   *string           `json:"error_message"`
	MaxAttempts    int               `json:"max_attempts"`
	Attempts       []FaxAttempt      `json:"attempts"`
	WebhookURL     *string           `json:"webhook_url"`
	IdempotencyKey *string           `json:"idempotency_key"`
	Tags           map[string]string `json:"tags"`
	CSID           *string           `json:"csid"`
	PageSize       *string           `json:"page_size"`
	Resolution     *string           `json:"resolution"`
	OptimizeFor    *string           `json:"optimize_for"`
	NextAttemptAt  *time.Time        `json:"next_attempt_at"` // null when none is due; past while the fax waits for a slot
	SubmittedAt    *time.Time        `json:"submitted_at"`
	CompletedAt    *time.Time        `json:"completed_at"`
	CreatedAt      time.Time         `json:"created_at"`
	UpdatedAt      time.Time         `json:"updated_at"`
	ResentFrom     *string           `json:"resent_from"`
	ErasedAt       *time.Time        `json:"erased_at"` // when its document and personal data were erased
}

// FaxAttempt is one try at delivering a fax.
type FaxAttempt struct {
	AttemptNumber int        `json:"attempt_number"`
	StartedAt     time.Time  `json:"started_at"`
	CompletedAt   *time.Time `json:"completed_at"`
	DurationMS    *int64     `json:"duration_ms"`
	ErrorCode     *string    `json:"error_code"`
	ErrorSubcode  *string    `json:"error_subcode"`
	ErrorMessage  *string    `json:"error_message"`
}

// DispatchFaxWork is the body of DispatchFax: attempt AttemptNumber of a fax is due. If that attempt
// has already been made, the work does nothing.
type DispatchFaxWork struct {
	FaxID         string `json:"fax_id"`
	AttemptNumber int    `json:"attempt_number"`
}

// FaxEvent is the body of the fax events. It carries neither the number nor the document: neither passes
// through the broker.
type FaxEvent struct {
	Tenant        Tenant    `json:"tenant"`
	FaxID         string    `json:"fax_id"`
	Status        FaxStatus `json:"status"`
	AttemptNumber int       `json:"attempt_number"` // 0 before the first attempt
	Pages         int       `json:"pages"`
	ErrorCode     string    `json:"error_code,omitempty"`
	OccurredAt    time.Time `json:"occurred_at"`
}

// Validate rejects an event without its fax or account.
func (e FaxEvent) Validate() error {
	if e.Tenant.AccountID == "" || e.FaxID == "" {
		return errors.New("a fax event needs its fax and its account")
	}
	return nil
}
