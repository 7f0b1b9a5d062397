package telnyx

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// Every documented reason, by what becomes of the fax.
func TestEveryReasonHasACodeAndADecision(t *testing.T) {
	decisions := map[contract.FaxStatus]map[fax.Code][]string{
		contract.FaxStatusQueued: {
			fax.Busy:        {"user_busy"},
			fax.NoAnswer:    {"receiver_no_answer", "receiver_no_response"},
			fax.Timeout:     {"receiver_recovery_on_timer_expire"},
			fax.CallDropped: {"receiver_call_dropped", "carrier_lost"},
			fax.LineQuality: {
				"receiver_communication_error", "fax_signaling_error", "invalid_ecm_response_from_receiver", "destination_unreachable", "service_unavailable",
			},
		},
		contract.FaxStatusFailed: {
			fax.NotAFax:        {"fax_initial_communication_timeout"},
			fax.InvalidNumber:  {"receiver_unallocated_number", "receiver_invalid_number_format", "destination_invalid"},
			fax.BadDestination: {"receiver_incompatible_destination"},
			fax.Rejected:       {"receiver_decline", "rejected"},
			fax.DocumentError: {
				"file_format_invalid", "file_size_limit_exceeded", "page_count_limit_exceeded", "media_processing_exception", "file_download_failed",
			},
			fax.UnknownOutcome: {"success", "received", "a word of tomorrow"},
		},
	}
	count := 0
	for decision, codes := range decisions {
		for code, words := range codes {
			for _, word := range words {
				got := failure(word)
				require.Equal(t, fax.Failed(code, word), got)
				require.Equal(t, decision == contract.FaxStatusQueued, got.Retried(), word)
				count++
			}
		}
	}
	require.Equal(t, len(reasons)+3, count, "and no other reason is known")
	require.Equal(t, fax.Failed(fax.UnknownOutcome, "no_reason"), failure(""))
}

func TestReasonsAboutTheAccountAreAccountRefusals(t *testing.T) {
	for _, word := range []string{
		"account_disabled", "no_outbound_profile", "destination_not_in_countries_whitelist", "destination_not_in_service_plan",
		"outbound_profile_daily_spend_limit_exceeded", "unverified_origination_number", "unverified_destination_not_allowed",
	} {
		require.Equal(t, fax.AccountRefused(word), failure(word))
	}
	for word := range reasons {
		require.False(t, failure(word).Account, word)
	}
}

func TestReasonsAboutChannelsSayThatTheReceiverWasNotCalled(t *testing.T) {
	for _, word := range []string{"connection_channel_limit_exceeded", "outbound_profile_channel_limit_exceeded", "user_channel_limit_exceeded"} {
		require.Equal(t, fax.NoChannel(word), failure(word))
	}
	for word := range reasons {
		require.False(t, failure(word).NoChannel, word)
	}
}
