package edge

import (
	"errors"

	"github.com/mintfax/mintfax/shared/apierror"
)

// Details returns the context of a refusal, or nil for any other error. Numbers and lists change their types when they
// cross the broker as JSON; FieldErrors and RetryAfter read both forms.
func Details(err error) map[string]any {
	var refusal *apierror.Error
	if !errors.As(err, &refusal) {
		return nil
	}
	return refusal.Context
}

// FieldErrors returns the messages of a validation_failed error by field.
func FieldErrors(err error) map[string][]string {
	switch fields := Details(err)["errors"].(type) {
	case map[string][]string:
		return fields
	case map[string]any:
		decoded := make(map[string][]string, len(fields))
		for name, messages := range fields {
			list, _ := messages.([]any)
			for _, message := range list {
				text, _ := message.(string)
				decoded[name] = append(decoded[name], text)
			}
		}
		return decoded
	}
	return nil
}

// RetryAfter returns the seconds after which a refused request can be made again.
func RetryAfter(err error) (seconds int, known bool) {
	switch n := Details(err)["retry_after"].(type) {
	case int:
		return n, true
	case float64:
		return int(n), true
	}
	return 0, false
}
