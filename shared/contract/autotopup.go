package contract

import (
	"errors"
	"time"
)

// SetAutoTopUpRequest replaces all settings: a request that disables auto top-up clears the fields it omits.
type SetAutoTopUpRequest struct {
	AccountID       string `json:"account_id"`
	Enabled         bool   `json:"enabled"`
	ThresholdAmount *int64 `json:"threshold_amount"` // credits
	PackageID       string `json:"package_id"`
	MonthlyCap      *int64 `json:"monthly_cap"` // cents in a calendar month, UTC
}

// AutoTopUp is the public resource. When a capture leaves less than ThresholdAmount available, billing buys the package
// for the live pool, provided that ChargedThisMonth plus its price stays within MonthlyCap.
type AutoTopUp struct {
	Enabled          bool         `json:"enabled"`
	ThresholdAmount  *int64       `json:"threshold_amount"`
	PackageID        *string      `json:"package_id"`
	MonthlyCap       *int64       `json:"monthly_cap"`
	ChargedThisMonth int64        `json:"charged_this_month"` // cents, including a charge in progress
	PausedReason     *PauseReason `json:"paused_reason"`
	PausedAt         *time.Time   `json:"paused_at"`
}

// PauseReason says why an enabled auto top-up does not charge.
type PauseReason string

// The reasons for a pause. Only the account's owner can end it, by enabling auto top-up again.
const (
	PausedNoCard         PauseReason = "no_card"
	PausedDeclined       PauseReason = "card_declined"
	PausedAuthentication PauseReason = "authentication_required" // the bank requires it of the cardholder
	PausedFailing        PauseReason = "charge_failed"           // three charges in a row without a response
	PausedPackageGone    PauseReason = "package_not_available"
)

// AutoTopUpPausedEvent is the body of AutoTopUpPaused.
type AutoTopUpPausedEvent struct {
	AccountID string      `json:"account_id"`
	Reason    PauseReason `json:"reason"`
}

// Validate rejects an event without its account or reason.
func (e AutoTopUpPausedEvent) Validate() error {
	if e.AccountID == "" || e.Reason == "" {
		return errors.New("a pause is that of an account, and has a reason")
	}
	return nil
}
