package contract

import (
	"fmt"
	"unicode/utf8"

	"github.com/mintfax/mintfax/shared/apierror"
)

// MaxAmount is the largest amount of a setting, in cents or credits: a billion dollars, far above any real balance and
// small enough that sums do not overflow.
const MaxAmount = 100_000_000_000

const (
	maxRetentionDays = 3650
	maxSender        = 100 // characters
)

// Check returns validation_failed for invalid values. A caller that sets several settings checks all of them before it
// sets any.
func (r SetLowBalanceRequest) Check() error {
	if wrongAmount(r.Threshold) {
		return apierror.Field("low_balance_threshold", fmt.Sprintf("The low_balance_threshold field must be null or from 1 to %d.", int64(MaxAmount)))
	}
	return nil
}

// Check returns validation_failed for values that are invalid with any package.
func (r SetAutoTopUpRequest) Check() error {
	wrong := apierror.FieldErrors{}
	if wrongAmount(r.ThresholdAmount) {
		wrong.Addf("threshold_amount", "The threshold_amount must be from 1 to %d credits.", int64(MaxAmount))
	}
	if wrongAmount(r.MonthlyCap) {
		wrong.Addf("monthly_cap", "The monthly_cap must be from 1 to %d cents.", int64(MaxAmount))
	}
	return wrong.Err()
}

// Check returns validation_failed for invalid values.
func (r SetFaxSettingsRequest) Check() error {
	wrong := apierror.FieldErrors{}
	if r.RetentionDays != nil && (*r.RetentionDays < 1 || *r.RetentionDays > maxRetentionDays) {
		wrong.Addf("retention_days", "The retention_days field must be from 1 to %d.", maxRetentionDays)
	}
	if wrongAmount(r.DailySpendCap) {
		wrong.Addf("daily_spend_cap", "The daily_spend_cap field must be from 1 to %d credits, or null.", int64(MaxAmount))
	}
	for field, given := range map[string]*string{"sender_name": r.SenderName, "sender_company": r.SenderCompany, "sender_fax": r.SenderFax} {
		if given != nil && (utf8.RuneCountInString(*given) > maxSender || !Printable(*given)) {
			wrong.Addf(field, "The %s field must be at most %d printable characters.", field, maxSender)
		}
	}
	return wrong.Err()
}

func wrongAmount(given *int64) bool { return given != nil && (*given < 1 || *given > MaxAmount) }
