package mail

import (
	"fmt"

	"github.com/mintfax/mintfax/shared/contract"
)

// RegistrationCode returns the mail with a code that registers an account.
func RegistrationCode(to, code, reference string) Message {
	return Message{To: to, Subject: "Your mintfax code (" + reference + ")", Text: fmt.Sprintf(`Welcome to mintfax.

Your code: %s

It is valid for 15 minutes, where it was asked for. Reference of the request: %s. If you did not ask for it, you can
ignore this mail.
`, code, reference)}
}

// SignInCode returns the mail with a code that signs in.
func SignInCode(to, code, reference string) Message {
	return Message{To: to, Subject: "Your mintfax sign-in code (" + reference + ")", Text: fmt.Sprintf(`Sign in to mintfax.

Your code: %s

It is valid for 15 minutes, in the browser that asked for it. Reference of the request: %s. If that is not what your
browser shows, or you did not ask for it, somebody else typed your address; without the code they cannot sign in.
`, code, reference)}
}

// AlreadyRegistered returns the answer to a registration whose e-mail has an account.
func AlreadyRegistered(to, signInURL string) Message {
	return Message{To: to, Subject: "You already have a mintfax account", Text: fmt.Sprintf(`Somebody, probably you, asked to register this address with mintfax. It has an account already.

Sign in here: %s

If it was not you, you can ignore this mail.
`, signInURL)}
}

func autoTopUpPaused(to string, reason contract.PauseReason, publicURL string) Message {
	return Message{To: to, Subject: "mintfax: automatic top-up is paused", Text: fmt.Sprintf(`Automatic top-up of your mintfax account is paused: %s

Nothing more is charged by itself. Faxes go out as long as there are credits. %s

Then switch automatic top-up on again. Your account: %s
`, pauseCause(reason), pauseRemedy(reason), publicURL+"/dashboard")}
}

func pauseCause(reason contract.PauseReason) string {
	switch reason {
	case contract.PausedNoCard:
		return "there is no card on file."
	case contract.PausedAuthentication:
		return "your bank wants you to confirm the payment yourself."
	case contract.PausedFailing:
		return "the charge has failed three times."
	case contract.PausedPackageGone:
		return "the credit package you chose is no longer offered."
	default: // card_declined
		return "your card was declined."
	}
}

func pauseRemedy(reason contract.PauseReason) string {
	switch reason {
	case contract.PausedNoCard, contract.PausedDeclined:
		return "Buy credits with another card, or save one."
	case contract.PausedAuthentication:
		return "Buy a package once by hand, and confirm it with your bank."
	case contract.PausedPackageGone:
		return "Choose another package."
	default: // charge_failed
		return "Look at your payments before you try again."
	}
}
