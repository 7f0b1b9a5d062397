package telnyx

import (
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
)

// reasons are the words of failure_reason and what they mean here, but for those about the operator's own account.
var reasons = map[string]outcome.Code{
	"user_busy": outcome.Busy,

	"receiver_no_answer":   outcome.NoAnswer,
	"receiver_no_response": outcome.NoAnswer,

	"receiver_recovery_on_timer_expire": outcome.Timeout,

	"receiver_call_dropped": outcome.CallDropped,
	"carrier_lost":          outcome.CallDropped,

	"receiver_communication_error": outcome.LineQuality,
	"fax_signaling_error":          outcome.LineQuality,
	badECM:                         outcome.LineQuality,
	"destination_unreachable":      outcome.LineQuality,
	"service_unavailable":          outcome.LineQuality,

	"connection_channel_limit_exceeded":       outcome.Busy, // our own lines are busy
	"outbound_profile_channel_limit_exceeded": outcome.Busy,
	"user_channel_limit_exceeded":             outcome.Busy,

	"fax_initial_communication_timeout": outcome.NotAFax, // answered, and no tone of a fax

	"receiver_unallocated_number":    outcome.InvalidNumber,
	"receiver_invalid_number_format": outcome.InvalidNumber,
	"destination_invalid":            outcome.InvalidNumber,

	"receiver_incompatible_destination": outcome.BadDestination,
	"receiver_decline":                  outcome.Rejected,
	"rejected":                          outcome.Rejected,

	"file_format_invalid":        outcome.DocumentError,
	"file_size_limit_exceeded":   outcome.DocumentError,
	"page_count_limit_exceeded":  outcome.DocumentError,
	"media_processing_exception": outcome.DocumentError,
	"file_download_failed":       outcome.DocumentError,
}

// badECM is the reason after which the next attempt goes without T.38.
const badECM = "invalid_ecm_response_from_receiver"

// aboutAccount reports whether a reason is about the operator's own account: the call was not made, and would not be by
// another try.
func aboutAccount(reason string) bool {
	return reason == "account_disabled" || reason == "no_outbound_profile" || strings.HasPrefix(reason, "destination_not_in_") ||
		strings.HasPrefix(reason, "unverified_") || strings.Contains(reason, "_spend_limit_")
}

// failure is the outcome of a call that failed for a reason. A word that is not known says nothing about what was
// sent, so the fax is not sent again by itself.
func failure(reason string) outcome.Outcome {
	if aboutAccount(reason) {
		return outcome.AccountRefused(reason)
	}
	code, known := reasons[reason]
	if !known {
		if reason == "" {
			reason = "no_reason"
		}
		return outcome.Failed(outcome.UnknownOutcome, reason)
	}
	return outcome.Failed(code, reason)
}
