package contract

// UnsupportedReasons lists what the reason of an unsupported_document can be.
func UnsupportedReasons() []string {
	return []string{"type", "encrypted", "damaged", "no_pages", "too_large", "too_complex", "printing_forbidden", "escape_sequences"}
}
