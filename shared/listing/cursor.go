package listing

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/apierror"
)

// Cursor is the position in a newest-first list after which the next page begins. Its text form is
// opaque to clients.
type Cursor struct {
	At time.Time
	ID string
}

// String returns the form that clients pass back.
func (c Cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(c.At.UTC().Format(time.RFC3339Nano) + "|" + c.ID))
}

// IsZero reports whether c is the start of a list.
func (c Cursor) IsZero() bool { return c.ID == "" }

// ParseCursor parses a result of String; the empty string is the start of the list. It returns
// validation_failed for anything else.
func ParseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	refusal := apierror.Field("cursor", "The cursor is not one that a list returned.")
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Cursor{}, refusal
	}
	at, id, found := strings.Cut(string(decoded), "|")
	parsed, err := time.Parse(time.RFC3339Nano, at)
	if !found || err != nil || id == "" || len(id) > 64 || strings.ContainsRune(id, 0) || parsed.Year() < 1 || parsed.Year() > 9999 {
		return Cursor{}, refusal
	}
	return Cursor{At: parsed, ID: id}, nil
}
