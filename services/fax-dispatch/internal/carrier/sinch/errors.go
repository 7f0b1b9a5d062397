package sinch

import (
	"fmt"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

// The types of errors. LINE_ERROR is the old name of CALL_ERROR.
const (
	documentError = "DOCUMENT_CONVERSION_ERROR"
	callError     = "CALL_ERROR"
	lineError     = "LINE_ERROR"
	faxError      = "FAX_ERROR"
)

const (
	balanceEmpty = 46 // a FAX_ERROR: the operator's own balance with Sinch is empty
	congestion   = 15 // a CALL_ERROR: no circuit was free
)

// failures are the pairs of type and code, and what they mean here: 133 means two different things.
var failures = map[string]map[int]fax.Code{
	documentError: codes(fax.DocumentError, 4, 54, 55, 57, 69, 122, 128, 129, 130, 133),
	callError: merge(
		codes(fax.CallDropped, 11, 19),
		codes(fax.Busy, 17),
		codes(fax.NoAnswer, 16, 87, 112),
		codes(fax.NotAFax, 30),
		codes(fax.InvalidNumber, 34, 49, 73, 115),
		codes(fax.BadDestination, 32),
		codes(fax.Rejected, 50),
		codes(fax.LineQuality, 43, 52, 88, 100, 110), // the network: another try may find another way
	),
	faxError: merge(
		codes(fax.LineQuality, 6, 8, 10, 12, 18, 20, 21, 22, 26, 28, 29, 40, 41, 44, 48, 53, 60, 63, 77, 80, 82, 84, 131),
		codes(fax.NotAFax, 13, 14, 132),
		codes(fax.BadDestination, 7, 25, 31, 68),
		codes(fax.CallDropped, 38),
		codes(fax.Timeout, 76),
		codes(fax.Rejected, 75, 79),
		codes(fax.DocumentError, 113, 117, 119),
		codes(fax.InvalidNumber, 133), // not permitted
	),
}

func codes(code fax.Code, numbers ...int) map[int]fax.Code {
	all := map[int]fax.Code{}
	for _, n := range numbers {
		all[n] = code
	}
	return all
}

func merge(parts ...map[int]fax.Code) map[int]fax.Code {
	all := map[int]fax.Code{}
	for _, part := range parts {
		for n, code := range part {
			all[n] = code
		}
	}
	return all
}

// failure returns the outcome of a fax that failed. An unknown pair says nothing about what was sent, so the fax is not retried.
func failure(errorType string, code int) fax.Outcome {
	word := fmt.Sprintf("%s_%d", errorType, code)
	if errorType == faxError && code == balanceEmpty {
		return fax.AccountRefused(word)
	}
	if errorType == lineError {
		errorType = callError
	}
	if errorType == callError && code == congestion {
		return fax.NoChannel(word)
	}
	known, found := failures[errorType][code]
	if !found {
		return fax.Failed(fax.UnknownOutcome, word)
	}
	return fax.Failed(known, word)
}
