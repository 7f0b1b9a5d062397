package edge

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
)

// Fields are the fields of a request, each with its values in order; a file's value is its SHA-256.
type Fields map[string][]string

// Fingerprint identifies a request by its method, path, and sorted fields. The boundary of a multipart body and the order
// of JSON fields make no difference.
func Fingerprint(method, path string, fields Fields) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q\n", method, path)
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(h, "%q %q\n", name, fields[name])
	}
	return h.Sum(nil)
}

// JSONFields returns the fields of a JSON body. A body that is not an object is one field.
func JSONFields(body []byte) Fields {
	fields := Fields{}
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return Fields{"": {string(body)}}
	}
	for name, value := range object {
		canonical, err := json.Marshal(value) // sorts the names of nested objects
		if err != nil {
			canonical = nil
		}
		fields[name] = []string{string(canonical)}
	}
	return fields
}
