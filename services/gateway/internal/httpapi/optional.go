package httpapi

import "encoding/json"

// optional is a field of a body. Leaving it out is not the same as null.
type optional[T any] struct {
	given bool
	value *T // nil for null
}

// UnmarshalJSON is called only for a field that is present.
func (o *optional[T]) UnmarshalJSON(text []byte) error {
	o.given = true
	return json.Unmarshal(text, &o.value)
}
