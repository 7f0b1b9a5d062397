package apierror

import "fmt"

// FieldErrors collects messages about the fields of a request, to report all of them at once.
type FieldErrors map[string][]string

// Add records a message about a field. It ignores an empty message.
func (f FieldErrors) Add(field, message string) {
	if message != "" {
		f[field] = append(f[field], message)
	}
}

// Addf records a message about a field, formatted as by fmt.Sprintf.
func (f FieldErrors) Addf(field, format string, args ...any) {
	f.Add(field, fmt.Sprintf(format, args...))
}

// Err returns validation_failed with all messages, or nil if there are none.
func (f FieldErrors) Err() error {
	if len(f) == 0 {
		return nil
	}
	return Fields(f)
}
