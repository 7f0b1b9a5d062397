package contract

import (
	"net/mail"
	"strings"
	"unicode/utf8"
)

// maxLength is the longest name or e-mail, in characters.
const maxLength = 255

const notAnAddress = "The email is not a valid address."

// CheckName returns what is wrong with a trimmed name, or the empty string.
func CheckName(name string) string {
	switch {
	case name == "":
		return "The name field is required."
	case utf8.RuneCountInString(name) > maxLength:
		return "The name may have at most 255 characters."
	case !Printable(name):
		return "The name has characters that cannot be used."
	}
	return ""
}

// CheckEmail returns what is wrong with a trimmed e-mail, or the empty string. It accepts a bare ASCII address that cannot
// inject a header. Beyond ASCII, letters that fold to others (the Kelvin sign to k) could impersonate a mailbox.
func CheckEmail(email string) string {
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
