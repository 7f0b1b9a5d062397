package expand

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/refusal"
)

const maxDepth = 4

// List is the kind of a list of objects of a kind.
func List(kind string) string { return listOf + kind }

const listOf = "list of "

// expandable says, by kind of object, what can be replaced or, as line_items, added, and by what kind.
func expandable(kind string) map[string]string {
	switch kind {
	case "checkout.session":
		return map[string]string{
			"customer": "customer", "line_items": List("item"),
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
	if element, ok := strings.CutPrefix(kind, listOf); ok {
		return map[string]string{"data": element}
	}
	return nil
}

// Check refuses paths that lead nowhere from an object of the kind, whatever it holds.
func Check(kind string, paths []string) error {
	for _, path := range paths {
		parts := strings.Split(path, ".")
		if len(parts) > maxDepth {
			return refuse("You cannot expand more than %d levels of a property (%s).", maxDepth, path)
		}
		at := kind
		for _, property := range parts {
			next, ok := expandable(at)[property]
			if !ok {
				return refuse("This property cannot be expanded (%s).", path)
			}
			at = next
		}
	}
	return nil
}

// Lookup returns what stands for the property of an object: the object with id value, or what an
// object shows only on demand, for which value is nil.
type Lookup func(owner map[string]any, property string, value any) (any, bool)

// Apply returns answer as JSON values, with every path expanded. The paths have passed Check.
func Apply(answer any, paths []string, lookup Lookup) (any, error) {
	tree, err := decode(answer)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if err := walk(tree, strings.Split(path, "."), lookup); err != nil {
			return nil, err
		}
	}
	return tree, nil
}

func walk(at any, parts []string, lookup Lookup) error {
	owner, ok := at.(map[string]any)
	if !ok || len(parts) == 0 {
		return nil
	}
	if elements, ok := owner[parts[0]].([]any); ok {
		for _, element := range elements {
			if err := walk(element, parts[1:], lookup); err != nil {
				return err
			}
		}
		return nil
	}
	if err := replace(owner, parts[0], lookup); err != nil {
		return err
	}
	return walk(owner[parts[0]], parts[1:], lookup)
}

// replace leaves null as it is, and what an earlier path has replaced.
func replace(owner map[string]any, property string, lookup Lookup) error {
	if _, done := owner[property].(map[string]any); done {
		return nil
	}
	found, ok := lookup(owner, property, owner[property])
	if !ok {
		return nil
	}
	tree, err := decode(found)
	owner[property] = tree
	return err
}

func decode(object any) (any, error) {
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

func refuse(format string, args ...any) *refusal.Error {
	e := refusal.Request(http.StatusBadRequest, "", format, args...)
	e.Unread = true
	return e
}
