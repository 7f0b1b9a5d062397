package price

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
		return SandboxCredits, nil
	}
	refusal := apierror.New(apierror.DestinationNotSupported)
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil || !phonenumbers.IsValidNumber(parsed) || !ordinary(parsed) || premiumExchange(number) {
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

// Destination names where a number that has a rate belongs: ISO 3166-1 alpha-2, or "sandbox".
func Destination(environment contract.EnvironmentType, number string) string {
	if environment == contract.Sandbox {
		return string(contract.Sandbox)
	}
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(parsed)
}

// ordinary excludes premium, shared-cost, personal and unknown numbers, whose owners set the price of a call.
func ordinary(number *phonenumbers.PhoneNumber) bool {
	switch phonenumbers.GetNumberType(number) {
	case phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE, phonenumbers.TOLL_FREE, phonenumbers.VOIP:
		return true
	default:
		return false
	}
}

// premiumExchange finds the 976 exchanges of North America: pay-per-call in every area code, though
// the number looks geographic.
func premiumExchange(number string) bool {
	return strings.HasPrefix(number, "+1") && len(number) == len("+12125551234") && number[5:8] == "976"
}
