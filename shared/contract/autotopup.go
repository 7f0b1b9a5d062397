package contract

import (
	"errors"
	"time"
)

// SetAutoTopUpRequest has all settings: what is left out of a request that switches it off is forgotten.
type SetAutoTopUpRequest struct {
	AccountID       string `json:"account_id"`
	Enabled         bool   `json:"enabled"`
	ThresholdAmount *int64 `json:"threshold_amount"` // credits
	PackageID       string `json:"package_id"`
	MonthlyCap      *int64 `json:"monthly_cap"` // cents in a calendar month, UTC
}

// AutoTopUp is the public resource. The live pool is topped up by the package when a capture leaves less than
// ThresholdAmount available, as long as ChargedThisMonth and its price stay within MonthlyCap.
type AutoTopUp struct {
	Enabled          bool         `json:"enabled"`
	ThresholdAmount  *int64       `json:"threshold_amount"`
	PackageID        *string      `json:"package_id"`
	MonthlyCap       *int64       `json:"monthly_cap"`
	ChargedThisMonth int64        `json:"charged_this_month"` // cents, what is being charged included
	PausedReason     *PauseReason `json:"paused_reason"`
	PausedAt         *time.Time   `json:"paused_at"`
}

// PauseReason says why nothing is charged although it is switched on.
type PauseReason string

// The reasons for a pause. Only the account's owner ends it, by switching auto top-up on again.
const (
	PausedNoCard         PauseReason = "no_card"
	PausedDeclined       PauseReason = "card_declined"
	PausedAuthentication PauseReason = "authentication_required" // the bank wants the person
	PausedFailing        PauseReason = "charge_failed"           // three charges in a row without an answer
	PausedPackageGone    PauseReason = "package_not_available"
)

// AutoTopUpPausedEvent is the body of AutoTopUpPaused.
type AutoTopUpPausedEvent struct {
	AccountID string      `json:"account_id"`
	Reason    PauseReason `json:"reason"`
}

// Validate refuses an event about no account.
func (e AutoTopUpPausedEvent) Validate() error {
	if e.AccountID == "" || e.Reason == "" {
		return errors.New("a pause is that of an account, and has a reason")
	}
	return nil
}
