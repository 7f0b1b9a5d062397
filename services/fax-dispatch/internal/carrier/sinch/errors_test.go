package sinch

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// Every documented pair of type and code, by what becomes of the fax.
func TestEveryPairHasACodeAndADecision(t *testing.T) {
	type pairs map[string][]int
	decisions := map[contract.FaxStatus]map[fax.Code]pairs{
		contract.FaxStatusQueued: {
			fax.Busy:        {callError: {17}},
			fax.NoAnswer:    {callError: {16, 87, 112}},
			fax.CallDropped: {callError: {11, 19}, faxError: {38}},
			fax.Timeout:     {faxError: {76}},
			fax.LineQuality: {
				callError: {43, 52, 88, 100, 110},
				faxError:  {6, 8, 10, 12, 18, 20, 21, 22, 26, 28, 29, 40, 41, 44, 48, 53, 60, 63, 77, 80, 82, 84, 131},
			},
		},
		contract.FaxStatusFailed: {
			fax.NotAFax:        {callError: {30}, faxError: {13, 14, 132}},
			fax.InvalidNumber:  {callError: {34, 49, 73, 115}, faxError: {133}},
			fax.BadDestination: {callError: {32}, faxError: {7, 25, 31, 68}},
			fax.Rejected:       {callError: {50}, faxError: {75, 79}},
			fax.DocumentError:  {documentError: {4, 54, 55, 57, 69, 122, 128, 129, 130, 133}, faxError: {113, 117, 119}},
			fax.UnknownOutcome: {"FATAL_ERROR": {1}, "GENERAL_ERROR": {1}, callError: {9999}, "": {0}},
		},
	}
	count := 0
	for decision, codes := range decisions {
		for code, of := range codes {
			for kind, numbers := range of {
				for _, number := range numbers {
					got := failure(kind, number)
					require.Equal(t, fax.Failed(code, fmt.Sprintf("%s_%d", kind, number)), got)
					require.Equal(t, decision == contract.FaxStatusQueued, got.Retried(), "%s %d", kind, number)
					if code != fax.UnknownOutcome {
						count++
					}
				}
			}
		}
	}
	known := 0
	for _, codes := range failures {
		known += len(codes)
	}
	require.Equal(t, known, count, "and no other pair is known")
	require.Equal(t, fax.AccountRefused("FAX_ERROR_46"), failure(faxError, 46), "the operator's balance")
	require.Equal(t, fax.NoChannel("CALL_ERROR_15"), failure(callError, 15), "congestion: the receiver was not called")
	require.Equal(t, fax.NoChannel("LINE_ERROR_15"), failure(lineError, 15))
	require.Equal(t, fax.Busy, failure(lineError, 17).Code, "the old name")
}

func TestCodesAreReadAsNumbersAndAsText(t *testing.T) {
	for _, raw := range []string{`17`, `"17"`} {
		var f faxResource
		require.NoError(t, json.Unmarshal([]byte(`{"errorCode":`+raw+`}`), &f))
		require.EqualValues(t, 17, f.ErrorCode)
	}
	var f faxResource
	require.NoError(t, json.Unmarshal([]byte(`{"errorCode":null}`), &f))
	require.Error(t, json.Unmarshal([]byte(`{"errorCode":"x"}`), &f))
}
