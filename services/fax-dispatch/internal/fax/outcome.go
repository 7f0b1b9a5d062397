package fax

// Code names why an attempt failed. Codes are public and stable.
type Code string

// The codes. What they mean for the fax is in Failures.
const (
	Busy           Code = "busy"
	NoAnswer       Code = "no_answer"
	LineQuality    Code = "line_quality"
	Timeout        Code = "timeout"
	CallDropped    Code = "call_dropped"
	InvalidNumber  Code = "invalid_number"
	NotAFax        Code = "not_a_fax"
	BadDestination Code = "bad_destination"
	Rejected       Code = "rejected"
	NoRoute        Code = "no_route"
	DocumentError  Code = "document_error"
	UnknownOutcome Code = "unknown_outcome"
)

// Failure is what a code means.
type Failure struct {
	Code    Code
	Retried bool
	Message string // for people
}

// Failures lists every code. One that is not retried ends the fax.
func Failures() []Failure {
	return []Failure{
		{Busy, true, "The line was busy."},
		{NoAnswer, true, "Nobody answered the call."},
		{LineQuality, true, "The call was answered, but the line was too bad to send the pages."},
		{Timeout, true, "The attempt took too long."},
		{CallDropped, true, "The call broke off before all pages were sent."},
		{InvalidNumber, false, "The number is not in service."},
		{NotAFax, false, "The call was answered, but not by a fax machine."},
		{BadDestination, false, "The destination cannot be reached."},
		{Rejected, false, "The other side refused the call."},
		{NoRoute, false, "No carrier can take the call."},
		{DocumentError, false, "The document could not be sent."},
		{UnknownOutcome, false, "It is not known whether the pages arrived. The fax will not be sent again by itself."},
	}
}

// Outcome is how an attempt ended. The zero value is a delivery.
type Outcome struct {
	Code    Code
	Subcode string // the carrier's own word
	// Account says that the operator's own account with the carrier is the reason: nothing was sent, no fax is to blame,
	// and a person has to look.
	Account bool
}

// Failed returns the outcome of a failed attempt.
func Failed(code Code, subcode string) Outcome {
	return Outcome{Code: code, Subcode: subcode}
}

// AccountRefused returns the outcome of an attempt that a carrier refused because of the operator's own account.
func AccountRefused(subcode string) Outcome {
	return Outcome{Code: NoRoute, Subcode: subcode, Account: true}
}

// Delivered reports whether all pages arrived.
func (o Outcome) Delivered() bool { return o.Code == "" }

// Retried reports whether another attempt could end better.
func (o Outcome) Retried() bool { return o.failure().Retried }

// Message says in English what happened; nothing for a delivery.
func (o Outcome) Message() string { return o.failure().Message }

func (o Outcome) failure() Failure {
	for _, f := range Failures() {
		if f.Code == o.Code {
			return f
		}
	}
	return Failure{}
}
