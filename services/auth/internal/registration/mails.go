package registration

import (
	"fmt"

	"github.com/mintfax/mintfax/services/auth/internal/mail"
)

func registrationCode(email, code string) mail.Message {
	return mail.Message{To: email, Subject: "Your mintfax code", Text: fmt.Sprintf(`Welcome to mintfax.

Your code: %s

It is valid for 15 minutes. If you did not ask for it, you can ignore this mail.
`, code)}
}

func signInCode(email, code string) mail.Message {
	return mail.Message{To: email, Subject: "Your mintfax sign-in code", Text: fmt.Sprintf(`Sign in to mintfax.

Your code: %s

It is valid for 15 minutes. If you did not ask for it, somebody else typed your address; without the
code they cannot sign in.
`, code)}
}

func alreadyRegistered(email, dashboard string) mail.Message {
	return mail.Message{To: email, Subject: "You already have a mintfax account", Text: fmt.Sprintf(`Somebody, probably you, asked to register this address with mintfax. It has an account already.

Sign in here: %s

If it was not you, you can ignore this mail.
`, dashboard)}
}
