package sinch

import (
	"fmt"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
)

// The types of errors. LINE_ERROR is the old name of CALL_ERROR.
const (
	documentError = "DOCUMENT_CONVERSION_ERROR"
	callError     = "CALL_ERROR"
	lineError     = "LINE_ERROR"
	faxError      = "FAX_ERROR"
)

const balanceEmpty = 46 // a FAX_ERROR: of the operator's own balance with Sinch

// failures are the pairs of type and code, and what they mean here: 133 means two different things.
var failures = map[string]map[int]outcome.Code{
	documentError: codes(outcome.DocumentError, 4, 54, 55, 57, 69, 122, 128, 129, 130, 133),
	callError: merge(
		codes(outcome.CallDropped, 11, 19),
		codes(outcome.Busy, 17),
		codes(outcome.NoAnswer, 16, 87, 112),
		codes(outcome.NotAFax, 30),
		codes(outcome.InvalidNumber, 34, 49, 73, 115),
		codes(outcome.BadDestination, 32),
		codes(outcome.Rejected, 50),
		codes(outcome.LineQuality, 15, 43, 52, 88, 100, 110), // the network: another try may find another way
	),
	faxError: merge(
		codes(outcome.LineQuality, 6, 8, 10, 12, 18, 20, 21, 22, 26, 28, 29, 40, 41, 44, 48, 53, 60, 63, 77, 80, 82, 84, 131),
		codes(outcome.NotAFax, 13, 14, 132),
		codes(outcome.BadDestination, 7, 25, 31, 68),
		codes(outcome.CallDropped, 38),
		codes(outcome.Timeout, 76),
		codes(outcome.Rejected, 75, 79),
		codes(outcome.DocumentError, 113, 117, 119),
		codes(outcome.InvalidNumber, 133), // not permitted
	),
}

func codes(code outcome.Code, numbers ...int) map[int]outcome.Code {
	all := map[int]outcome.Code{}
	for _, n := range numbers {
		all[n] = code
	}
	return all
}

func merge(parts ...map[int]outcome.Code) map[int]outcome.Code {
	all := map[int]outcome.Code{}
	for _, part := range parts {
		for n, code := range part {
			all[n] = code
		}
	}
	return all
}

// failure is the outcome of a fax that failed. A pair that is not known says nothing about what was sent, so the fax
// is not sent again by itself.
func failure(errorType string, code int) outcome.Outcome {
	word := fmt.Sprintf("%s_%d", errorType, code)
	if errorType == faxError && code == balanceEmpty {
		return outcome.AccountRefused(word)
	}
	if errorType == lineError {
		errorType = callError
	}
	known, found := failures[errorType][code]
	if !found {
		return outcome.Failed(outcome.UnknownOutcome, word)
	}
	return outcome.Failed(known, word)
}
