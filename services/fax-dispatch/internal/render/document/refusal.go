package document

// Refusal is why a document cannot be faxed. It is public, as the reason of unsupported_document.
type Refusal string

// The refusals.
const (
	ErrUnsupported Refusal = "type"      // of no supported type, or of one that nothing here can read
	ErrEncrypted   Refusal = "encrypted" // needs a password
	ErrDamaged     Refusal = "damaged"   // cut off or broken
	ErrEmpty       Refusal = "no_pages"
	ErrTooLarge    Refusal = "too_large"   // more pixels or bytes than can be read
	ErrTooLong     Refusal = "too_long"    // more pages than a fax can have
	ErrTooComplex  Refusal = "too_complex" // more work to read or to draw than a fax may take
	// ErrPrintingForbidden says that the author of a PDF file allows to read it, but not to print it.
	ErrPrintingForbidden Refusal = "printing_forbidden"
	ErrEscapes           Refusal = "escape_sequences" // a text that steers a terminal or a printer by them
)

// IsRefusal reports whether a word is one of the refusals.
func IsRefusal(word string) bool {
	switch Refusal(word) {
	case ErrUnsupported, ErrEncrypted, ErrDamaged, ErrEmpty, ErrTooLarge, ErrTooLong, ErrTooComplex, ErrPrintingForbidden, ErrEscapes:
		return true
	default:
		return false
	}
}

func (r Refusal) Error() string { return "the document cannot be faxed: " + string(r) }
