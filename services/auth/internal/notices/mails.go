package notices

import (
	"fmt"

	"github.com/mintfax/mintfax/services/auth/internal/mail"
	"github.com/mintfax/mintfax/shared/contract"
)

func autoTopUpPaused(email string, reason contract.PauseReason, publicURL string) mail.Message {
	return mail.Message{To: email, Subject: "mintfax: automatic top-up is paused", Text: fmt.Sprintf(`Automatic top-up of your mintfax account is paused: %s

Nothing more is charged by itself. Faxes go out as long as there are credits. %s

Then switch automatic top-up on again. Your account: %s
`, why(reason), whatToDo(reason), publicURL+"/dashboard")}
}

func why(reason contract.PauseReason) string {
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

func whatToDo(reason contract.PauseReason) string {
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
