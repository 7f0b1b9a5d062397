package contract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable reports whether text is valid UTF-8 without control characters, as the free text of a request must be.
func Printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// IsE164 reports whether number has the form +<country><subscriber>, digits only.
func IsE164(number string) bool {
	digits, plus := strings.CutPrefix(number, "+")
	return plus && len(digits) >= 2 && len(digits) <= 15 && digits[0] != '0' && strings.Trim(digits, "0123456789") == ""
}
