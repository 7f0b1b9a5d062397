package fax

// Code names why an attempt failed. Codes are public and stable.
type Code string

// The codes. What each means for the fax is in Failures.
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

// Failure is a class of failures.
type Failure struct {
	Code    Code
	Message string               // public, in English
	Retry   func(Retries) Policy // nil for a failure that ends the fax
}

// Failures lists every class: the only table of what is retried, and by which policy.
func Failures() []Failure {
	return []Failure{
		{Busy, "The line was busy.", func(r Retries) Policy { return r.Busy }},
		{NoAnswer, "Nobody answered the call.", func(r Retries) Policy { return r.NoAnswer }},
		{LineQuality, "The call was answered, but the line was too bad to send the pages.", func(r Retries) Policy { return r.LineQuality }},
		{Timeout, "The attempt took too long.", func(r Retries) Policy { return r.Timeout }},
		{CallDropped, "The call broke off before all pages were sent.", func(r Retries) Policy { return r.CallDropped }},
		{InvalidNumber, "The number is not in service.", nil},
		{NotAFax, "The call was answered, but not by a fax machine.", nil},
		{BadDestination, "The destination cannot be reached.", nil},
		{Rejected, "The other side refused the call.", nil},
		{NoRoute, "No carrier can take the call.", nil},
		{DocumentError, "The document could not be sent.", nil},
		{UnknownOutcome, "It is not known whether the pages arrived. The fax will not be sent again by itself.", nil},
	}
}

// Outcome is how an attempt ended. The zero value is a delivery.
type Outcome struct {
	Code    Code
	Subcode string // the carrier's own code
	// Account is set when the carrier refused the operator's own account: nothing was sent, the fax is not at fault, and the
	// operator has to act.
	Account bool
	// NoChannel is set when none of the carrier's channels was free: the receiver was not called, and the carrier may take the
	// same attempt later.
	NoChannel bool
}

// Failed returns the outcome of a failed attempt.
func Failed(code Code, subcode string) Outcome {
	return Outcome{Code: code, Subcode: subcode}
}

// AccountRefused returns the outcome of an attempt that a carrier refused because of the operator's own account.
func AccountRefused(subcode string) Outcome {
	return Outcome{Code: NoRoute, Subcode: subcode, Account: true}
}

// NoChannel returns the outcome of a call that its carrier had no free channel for.
func NoChannel(subcode string) Outcome {
	return Outcome{Code: NoRoute, Subcode: subcode, NoChannel: true}
}

// Delivered reports whether all pages arrived.
func (o Outcome) Delivered() bool { return o.Code == "" }

// Retried reports whether another attempt may succeed.
func (o Outcome) Retried() bool { return o.failure().Retry != nil }

// Message describes the failure in English; it is empty for a delivery.
func (o Outcome) Message() string { return o.failure().Message }

func (o Outcome) failure() Failure {
	for _, f := range Failures() {
		if f.Code == o.Code {
			return f
		}
	}
	return Failure{}
}
