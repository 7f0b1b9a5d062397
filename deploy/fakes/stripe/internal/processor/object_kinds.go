package processor

import (
	"encoding/json"

	"github.com/mintfax/mintfax/shared/ids"
)

// APIVersion is the version of all shapes here.
const APIVersion = "2023-10-16"

// Optional is a text that is null when it is empty, often the id of another object.
type Optional string

// MarshalJSON shows an empty text as null.
func (o Optional) MarshalJSON() ([]byte, error) {
	if o == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(o))
}

// Null is a property that Stripe has and the emulator never fills.
type Null struct{}

// MarshalJSON shows null.
func (Null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// NewID returns a fresh id of the form and length of Stripe's.
func NewID(prefix string) string {
	length := map[string]int{"cs_test_": 58, "cus_": 14, "req_": 14}[prefix]
	if length == 0 {
		length = 24
	}
	return prefix + ids.Base62(length)
}

// NewSecret returns a fresh client secret of the object with the given id.
func NewSecret(id string) string { return id + "_secret_" + ids.Base62(25) }

// CardOptions is how cards are charged: with 3-D Secure where the bank requires it.
func CardOptions() map[string]any {
	return map[string]any{"card": map[string]any{"request_three_d_secure": "automatic"}}
}
