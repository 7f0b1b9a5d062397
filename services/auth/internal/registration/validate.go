package registration

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mintfax/mintfax/shared/apierror"
)

const maxLength = 255

func validate(name, email string) error {
	problems := map[string][]string{}
	if message := badName(name); message != "" {
		problems["name"] = []string{message}
	}
	if message := badEmail(email); message != "" {
		problems["email"] = []string{message}
	}
	if len(problems) > 0 {
		return apierror.Fields(problems)
	}
	return nil
}

func badName(name string) string {
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

// badEmail accepts a bare address that mail can be sent to, and nothing that could add a header.
func badEmail(email string) string {
	if email == "" {
		return "The email field is required."
	}
	if len(email) > maxLength {
		return "The email may have at most 255 characters."
	}
	const wrong = "The email is not a valid address."
	if !utf8.ValidString(email) || strings.ContainsFunc(email, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return wrong
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || parsed.Name != "" {
		return wrong
	}
	return ""
}
