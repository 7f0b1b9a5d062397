package ui

import (
	"errors"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
)

// FieldErrors returns the messages of a refusal, one string for each field.
func FieldErrors(err error) map[string]string {
	wrong := map[string]string{}
	for name, messages := range edge.FieldErrors(err) {
		wrong[name] = strings.Join(messages, " ")
	}
	return wrong
}

// ParseNumber parses a whole number as people write it: "1,000" is 1000. An empty text is nil.
func ParseNumber(text string) (*int64, error) {
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

// ParseDollars parses "50" and "$50.00" as cents. An empty text is nil.
func ParseDollars(text string) (*int64, error) {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "$"), ".00")
	n, err := ParseNumber(text)
	if err != nil || n == nil {
		return nil, err
	}
	cents := *n * 100
	return &cents, nil
}
