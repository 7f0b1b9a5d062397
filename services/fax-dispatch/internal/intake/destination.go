package intake

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// For returns the price of a page to an E.164 number, in credits. A live number must be valid, of a country with a rate, and
// of a kind that does not charge its callers; otherwise destination_not_supported.
func (r Rates) For(environment contract.EnvironmentType, number string) (int64, error) {
	if environment == contract.Sandbox {
		return sandboxCredits, nil
	}
	refusal := apierror.New(apierror.DestinationNotSupported)
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil || !phonenumbers.IsValidNumber(parsed) || !isOrdinary(parsed) || isPremiumExchange(number) {
		return 0, refusal
	}
	country := phonenumbers.GetRegionCodeForNumber(parsed)
	for _, line := range r.lines {
		if line.country == country && strings.HasPrefix(number, line.prefix) {
			return line.credits, nil
		}
	}
	return 0, refusal
}

// destination names where a number that has a rate belongs: ISO 3166-1 alpha-2, or "sandbox".
func destination(environment contract.EnvironmentType, number string) string {
	if environment == contract.Sandbox {
		return string(contract.Sandbox)
	}
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(parsed)
}

// isOrdinary excludes premium, shared-cost, personal and unknown numbers, whose owners set the price of a call.
func isOrdinary(number *phonenumbers.PhoneNumber) bool {
	switch phonenumbers.GetNumberType(number) {
	case phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE, phonenumbers.TOLL_FREE, phonenumbers.VOIP:
		return true
	default:
		return false
	}
}

// isPremiumExchange finds the 976 exchanges of North America: pay-per-call in every area code, though
// the number looks geographic.
func isPremiumExchange(number string) bool {
	return strings.HasPrefix(number, "+1") && len(number) == len("+12125551234") && number[5:8] == "976"
}
