package contract

// UnsupportedReasons lists the possible values of context.reason of unsupported_document.
func UnsupportedReasons() []string {
	return []string{"type", "encrypted", "damaged", "no_pages", "too_large", "too_complex", "printing_forbidden", "escape_sequences"}
}
