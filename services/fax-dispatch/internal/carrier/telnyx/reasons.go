package telnyx

import (
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

// reasons maps failure_reason to our codes. Those about the operator's account and about channels are not in it.
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

// noChannel reports whether a reason is that none of our channels with Telnyx was free: connection_, outbound_profile_ and
// user_channel_limit_exceeded.
func noChannel(reason string) bool { return strings.HasSuffix(reason, "_channel_limit_exceeded") }

// aboutAccount reports whether a reason is about the operator's own account: the call was not made, and would not be by
// another try.
func aboutAccount(reason string) bool {
	return reason == "account_disabled" || reason == "no_outbound_profile" || strings.HasPrefix(reason, "destination_not_in_") ||
		strings.HasPrefix(reason, "unverified_") || strings.Contains(reason, "_spend_limit_")
}

// failure returns the outcome of a call that failed for a reason. An unknown reason says nothing about what was sent, so the
// fax is not retried.
func failure(reason string) fax.Outcome {
	if aboutAccount(reason) {
		return fax.AccountRefused(reason)
	}
	if noChannel(reason) {
		return fax.NoChannel(reason)
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
