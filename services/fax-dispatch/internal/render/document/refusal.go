package document

// Refusal is why a document cannot be faxed. It is public, as the reason of unsupported_document.
type Refusal string

// The refusals.
const (
	ErrUnsupported Refusal = "type"      // of an unsupported type, or of one whose program is not installed
	ErrEncrypted   Refusal = "encrypted" // needs a password
	ErrDamaged     Refusal = "damaged"   // cut off or broken
	ErrEmpty       Refusal = "no_pages"
	ErrTooLarge    Refusal = "too_large"   // more pixels or bytes than the limits
	ErrTooLong     Refusal = "too_long"    // more pages than a fax can have
	ErrTooComplex  Refusal = "too_complex" // more CPU time than a fax may take
	// ErrPrintingForbidden is for a PDF file whose author permits reading but not printing.
	ErrPrintingForbidden Refusal = "printing_forbidden"
	ErrEscapes           Refusal = "escape_sequences" // a text that controls a terminal or a printer
)

// IsRefusal reports whether reason is one of the refusals.
func IsRefusal(reason string) bool {
	switch Refusal(reason) {
	case ErrUnsupported, ErrEncrypted, ErrDamaged, ErrEmpty, ErrTooLarge, ErrTooLong, ErrTooComplex, ErrPrintingForbidden, ErrEscapes:
		return true
	default:
		return false
	}
}

func (r Refusal) Error() string { return "the document cannot be faxed: " + string(r) }
