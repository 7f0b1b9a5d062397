package pages

// Refusal is why a document cannot be faxed. It is public, as the reason of unsupported_document.
type Refusal string

// The refusals.
const (
	ErrUnsupported Refusal = "type"      // of no supported type
	ErrEncrypted   Refusal = "encrypted" // needs a password
	ErrDamaged     Refusal = "damaged"   // cut off, broken, or too much work to read
	ErrEmpty       Refusal = "no_pages"
)

func (r Refusal) Error() string { return "the document cannot be faxed: " + string(r) }
