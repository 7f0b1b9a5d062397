package dashboard

import (
	"errors"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/shared/apierror"
)

// wrongFields are the messages of a refusal, one for each field.
func wrongFields(err error) map[string]string {
	wrong := map[string]string{}
	switch fields := contextOf(err)["errors"].(type) {
	case map[string][]string:
		for name, messages := range fields {
			wrong[name] = strings.Join(messages, " ")
		}
	case map[string]any: // as it comes out of JSON
		for name, messages := range fields {
			list, _ := messages.([]any)
			for _, message := range list {
				text, _ := message.(string)
				wrong[name] = strings.TrimSpace(wrong[name] + " " + text)
			}
		}
	}
	return wrong
}

// contextOf is what a refusal says beside its code.
func contextOf(err error) map[string]any {
	var refusal *apierror.Error
	if !errors.As(err, &refusal) {
		return nil
	}
	return refusal.Context
}

// wholeNumber reads a number as people write it: "1,000" as 1000. Nothing is nil.
func wholeNumber(text string) (*int64, error) {
	text = strings.NewReplacer(",", "", " ", "", "\u00a0", "", "\u202f", "").Replace(text)
	if text == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > 1_000_000_000 {
		return nil, errors.New("write a whole number from 1 to 1,000,000,000")
	}
	return &n, nil
}

// dollars reads "50" and "$50.00" as cents. Nothing is nil.
func dollars(text string) (*int64, error) {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "$"), ".00")
	n, err := wholeNumber(text)
	if err != nil || n == nil {
		return nil, err
	}
	cents := *n * 100
	return &cents, nil
}
