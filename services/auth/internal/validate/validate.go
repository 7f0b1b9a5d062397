package validate

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mintfax/mintfax/shared/apierror"
)

// maxLength is the longest name or e-mail, in characters.
const maxLength = 255

const notAnAddress = "The email is not a valid address."

// Problems collects what is wrong with a request, by field.
type Problems map[string][]string

// Add notes a message about a field; the empty message is no problem.
func (p Problems) Add(field, message string) {
	if message != "" {
		p[field] = append(p[field], message)
	}
}

// Err is validation_failed with all that was noted, or nil.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return apierror.Fields(p)
}

// Name says what is wrong with a trimmed name, or nothing.
func Name(name string) string {
	switch {
	case name == "":
		return "The name field is required."
	case utf8.RuneCountInString(name) > maxLength:
		return "The name may have at most 255 characters."
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "The name has characters that cannot be used."
	}
	return ""
}

// Email says what is wrong with a trimmed e-mail, or nothing. It accepts a bare address, nothing that
// could add a header, and only ASCII: letters that fold to others (the Kelvin sign is a lower-case k)
// would let one mailbox pass for another.
func Email(email string) string {
	switch {
	case email == "":
		return "The email field is required."
	case len(email) > maxLength:
		return "The email may have at most 255 characters."
	case strings.ContainsFunc(email, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '[' }):
		return notAnAddress // '[' begins the number of a machine where a domain belongs
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || parsed.Name != "" {
		return notAnAddress
	}
	return ""
}
