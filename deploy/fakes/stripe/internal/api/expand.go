package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

const maxExpandDepth = 4

// ListOf is the kind of a list of objects of a kind.
func ListOf(kind string) string { return listPrefix + kind }

const listPrefix = "list of "

// expandable says, by kind of object, what can be replaced or, as line_items, added, and by what kind.
func expandable(kind string) map[string]string {
	switch kind {
	case "checkout.session":
		return map[string]string{
			"customer": "customer", "line_items": ListOf("item"),
			"payment_intent": "payment_intent", "setup_intent": "setup_intent",
		}
	case "payment_intent":
		return map[string]string{"customer": "customer", "latest_charge": "charge", "payment_method": "payment_method"}
	case "setup_intent":
		return map[string]string{"customer": "customer", "payment_method": "payment_method"}
	case "payment_method":
		return map[string]string{"customer": "customer"}
	case "charge":
		return map[string]string{"customer": "customer", "dispute": "dispute", "payment_intent": "payment_intent"}
	case "refund", "dispute":
		return map[string]string{"charge": "charge", "payment_intent": "payment_intent"}
	}
	if element, ok := strings.CutPrefix(kind, listPrefix); ok {
		return map[string]string{"data": element}
	}
	return nil
}

// CheckExpand refuses paths that lead nowhere from an object of the kind, whatever it holds.
func CheckExpand(kind string, paths []string) error {
	for _, path := range paths {
		parts := strings.Split(path, ".")
		if len(parts) > maxExpandDepth {
			return expandError("You cannot expand more than %d levels of a property (%s).", maxExpandDepth, path)
		}
		at := kind
		for _, property := range parts {
			next, ok := expandable(at)[property]
			if !ok {
				return expandError("This property cannot be expanded (%s).", path)
			}
			at = next
		}
	}
	return nil
}

// Lookup returns what stands for the property of an object: the object with id value, or what an
// object shows only on demand, for which value is nil.
type Lookup func(owner map[string]any, property string, value any) (any, bool)

// Expand returns answer as JSON values, with every path expanded. The paths have passed CheckExpand.
func Expand(answer any, paths []string, lookup Lookup) (any, error) {
	tree, err := toJSON(answer)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if err := expandPath(tree, strings.Split(path, "."), lookup); err != nil {
			return nil, err
		}
	}
	return tree, nil
}

func expandPath(at any, parts []string, lookup Lookup) error {
	owner, ok := at.(map[string]any)
	if !ok || len(parts) == 0 {
		return nil
	}
	if elements, ok := owner[parts[0]].([]any); ok {
		for _, element := range elements {
			if err := expandPath(element, parts[1:], lookup); err != nil {
				return err
			}
		}
		return nil
	}
	if err := expandProperty(owner, parts[0], lookup); err != nil {
		return err
	}
	return expandPath(owner[parts[0]], parts[1:], lookup)
}

// expandProperty leaves null as it is, and what an earlier path has replaced.
func expandProperty(owner map[string]any, property string, lookup Lookup) error {
	if _, done := owner[property].(map[string]any); done {
		return nil
	}
	found, ok := lookup(owner, property, owner[property])
	if !ok {
		return nil
	}
	tree, err := toJSON(found)
	owner[property] = tree
	return err
}

func toJSON(object any) (any, error) {
	encoded, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var tree any
	err = decoder.Decode(&tree)
	return tree, err
}

func expandError(format string, args ...any) *processor.Error {
	e := processor.RequestError(http.StatusBadRequest, "", format, args...)
	e.Unread = true
	return e
}
