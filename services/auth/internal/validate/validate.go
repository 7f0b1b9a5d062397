// Package validate checks the fields that several requests share. Its messages are part of the public API.
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

// Problems collects messages about the fields of a request.
type Problems map[string][]string

// Add records a message about a field. An empty message is no problem.
func (p Problems) Add(field, message string) {
	if message != "" {
		p[field] = append(p[field], message)
	}
}

// Err returns validation_failed with all messages, or nil if there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return apierror.Fields(p)
}

// Name returns what is wrong with a trimmed name, or the empty string.
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

// Email returns what is wrong with a trimmed e-mail, or the empty string. It accepts a bare ASCII address that cannot
// inject a header. Beyond ASCII, letters that fold to others (the Kelvin sign to k) could impersonate a mailbox.
func Email(email string) string {
	switch {
	case email == "":
		return "The email field is required."
	case len(email) > maxLength:
		return "The email may have at most 255 characters."
	case strings.ContainsFunc(email, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '[' }):
		return notAnAddress // '[' starts an address literal instead of a domain
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || parsed.Name != "" {
		return notAnAddress
	}
	return ""
}
