package registration

import (
	"fmt"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/mail"
)

func registrationCode(l codes.Letter) mail.Message {
	return mail.Message{To: l.Address, Subject: "Your mintfax code (" + l.Reference + ")", Text: fmt.Sprintf(`Welcome to mintfax.

Your code: %s

It is valid for 15 minutes, where it was asked for. Reference of the request: %s. If you did not ask for it, you can
ignore this mail.
`, l.Code, l.Reference)}
}

func signInCode(email string, l codes.Letter) mail.Message {
	return mail.Message{To: email, Subject: "Your mintfax sign-in code (" + l.Reference + ")", Text: fmt.Sprintf(`Sign in to mintfax.

Your code: %s

It is valid for 15 minutes, in the browser that asked for it. Reference of the request: %s. If that is not what your
browser shows, or you did not ask for it, somebody else typed your address; without the code they cannot sign in.
`, l.Code, l.Reference)}
}

func alreadyRegistered(email, dashboard string) mail.Message {
	return mail.Message{To: email, Subject: "You already have a mintfax account", Text: fmt.Sprintf(`Somebody, probably you, asked to register this address with mintfax. It has an account already.

Sign in here: %s

If it was not you, you can ignore this mail.
`, dashboard)}
}
