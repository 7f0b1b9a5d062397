package ui

import (
	"strings"

	"github.com/mintfax/mintfax/shared/contract"
)

func statusWord(s contract.FaxStatus) string {
	switch s {
	case contract.FaxStatusInProgress:
		return "Sending"
	default:
		return capital(string(s))
	}
}

func typeWord(t contract.EnvironmentType) string {
	if t == contract.Live {
		return "Live"
	}
	return "Sandbox"
}

// environmentWords name an environment and its type, once where the name says the type.
func environmentWords(name string, t contract.EnvironmentType) string {
	if strings.EqualFold(name, typeWord(t)) {
		return name
	}
	return name + " (" + strings.ToLower(typeWord(t)) + ")"
}

// Recipient returns the number of a fax, unless it is erased.
func Recipient(fax contract.Fax) string {
	if fax.To == nil {
		return "an erased number"
	}
	return *fax.To
}

// kindWord names a type of transaction.
func kindWord(t contract.TransactionType) string {
	switch t {
	case contract.TransactionSeed:
		return "Sandbox credits"
	case contract.TransactionHold:
		return "Held for a fax"
	case contract.TransactionCapture:
		return "Charged from the hold"
	case contract.TransactionRelease:
		return "Given back"
	default:
		return capital(string(t))
	}
}

func paymentWord(s contract.PaymentStatus) string {
	if s == contract.PaymentPartiallyRefunded {
		return "Partly refunded"
	}
	return capital(string(s))
}

// failure explains an error code of a fax.
type failure struct{ reason, advice string }

func failures(code string) failure {
	known, found := map[string]failure{
		"busy":            {"The line was busy.", "Send it again later."},
		"no_answer":       {"Nobody answered.", "Check the number, or send it again during office hours."},
		"line_quality":    {"The line was too bad for a fax.", "Send it again, or with the standard resolution."},
		"timeout":         {"The other side did not finish in time.", "Send it again."},
		"call_dropped":    {"The call was cut off.", "Send it again. Some pages may have arrived."},
		"invalid_number":  {"The number does not exist.", "Check the number."},
		"not_a_fax":       {"A person or an answering machine answered.", "Ask the recipient for their fax number."},
		"bad_destination": {"The number cannot be reached.", "Check the number and its country code."},
		"rejected":        {"The other side refused the fax.", "Ask the recipient whether their machine takes faxes."},
		"no_route":        {"There is no route to this number.", "Tell us if you need this destination."},
		"document_error":  {"The document could not be sent.", "Save it as a plain PDF and send it again."},
		"unknown_outcome": {"Nobody knows whether the fax arrived.", "Ask the recipient before you send it again."},
	}[code]
	if !found {
		return failure{"The fax could not be delivered.", "Send it again later."}
	}
	return known
}

// FailureReason returns why a fax failed.
func FailureReason(code *string) string { return failures(Text(code)).reason }

// FailureAdvice returns what to do about a failed fax.
func FailureAdvice(code *string) string { return failures(Text(code)).advice }

// PauseReason returns why automatic top-up is paused, and what ends the pause.
func PauseReason(reason contract.PauseReason) string {
	switch reason {
	case contract.PausedNoCard:
		return "There is no card on file. Save one, then switch automatic top-up on again."
	case contract.PausedDeclined:
		return "Your card was declined. Pay with another card, then switch automatic top-up on again."
	case contract.PausedAuthentication:
		return "Your bank wants you to confirm the payment. Buy a package once by hand, then switch automatic top-up on again."
	case contract.PausedPackageGone:
		return "The package you chose is no longer offered. Choose another one."
	default:
		return "The charge failed three times. Look at your payments, then switch automatic top-up on again."
	}
}
