package telnyx

import (
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

// reasons are the words of failure_reason and what they mean here, but for those about the operator's own account.
var reasons = map[string]fax.Code{
	"user_busy": fax.Busy,

	"receiver_no_answer":   fax.NoAnswer,
	"receiver_no_response": fax.NoAnswer,

	"receiver_recovery_on_timer_expire": fax.Timeout,

	"receiver_call_dropped": fax.CallDropped,
	"carrier_lost":          fax.CallDropped,

	"receiver_communication_error": fax.LineQuality,
	"fax_signaling_error":          fax.LineQuality,
	badECM:                         fax.LineQuality,
	"destination_unreachable":      fax.LineQuality,
	"service_unavailable":          fax.LineQuality,

	"connection_channel_limit_exceeded":       fax.Busy, // our own lines are busy
	"outbound_profile_channel_limit_exceeded": fax.Busy,
	"user_channel_limit_exceeded":             fax.Busy,

	"fax_initial_communication_timeout": fax.NotAFax, // answered, and no tone of a fax

	"receiver_unallocated_number":    fax.InvalidNumber,
	"receiver_invalid_number_format": fax.InvalidNumber,
	"destination_invalid":            fax.InvalidNumber,

	"receiver_incompatible_destination": fax.BadDestination,
	"receiver_decline":                  fax.Rejected,
	"rejected":                          fax.Rejected,

	"file_format_invalid":        fax.DocumentError,
	"file_size_limit_exceeded":   fax.DocumentError,
	"page_count_limit_exceeded":  fax.DocumentError,
	"media_processing_exception": fax.DocumentError,
	"file_download_failed":       fax.DocumentError,
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
func failure(reason string) fax.Outcome {
	if aboutAccount(reason) {
		return fax.AccountRefused(reason)
	}
	code, known := reasons[reason]
	if !known {
		if reason == "" {
			reason = "no_reason"
		}
		return fax.Failed(fax.UnknownOutcome, reason)
	}
	return fax.Failed(code, reason)
}
