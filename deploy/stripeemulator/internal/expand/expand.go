package expand

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/mintfax/mintfax/deploy/stripeemulator/internal/refusal"
)

const maxDepth = 4

// Lookup returns what stands for the property of an object: the object with id value, or what an
// object shows only on demand, for which value is nil.
type Lookup func(owner map[string]any, property string, value any) (any, bool)

// Apply returns answer as JSON values, with every path expanded. Its error is a *refusal.Error when a
// path leads nowhere.
func Apply(answer any, paths []string, lookup Lookup) (any, error) {
	tree, err := decode(answer)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		parts := strings.Split(path, ".")
		if len(parts) > maxDepth {
			return nil, refuse("You cannot expand more than %d levels of a property (%s).", maxDepth, path)
		}
		if err := walk(tree, kindOf(tree), parts, path, lookup); err != nil {
			return nil, err
		}
	}
	return tree, nil
}

// expandable says, by kind of object, what can be replaced or, as line_items, added, and by what kind.
func expandable(kind string) map[string]string {
	switch kind {
	case "checkout.session":
		return map[string]string{
			"customer": "customer", "line_items": "list",
			"payment_intent": "payment_intent", "setup_intent": "setup_intent",
		}
	case "payment_intent":
		return map[string]string{"customer": "customer", "latest_charge": "charge", "payment_method": "payment_method"}
	case "setup_intent":
		return map[string]string{"customer": "customer", "payment_method": "payment_method"}
	case "payment_method":
		return map[string]string{"customer": "customer"}
	case "charge":
		return map[string]string{"customer": "customer", "payment_intent": "payment_intent"}
	default:
		return nil
	}
}

// walk follows a path. It goes on where there is no object, to refuse what could never be expanded.
func walk(at any, kind string, parts []string, path string, lookup Lookup) error {
	if len(parts) == 0 {
		return nil
	}
	owner, _ := at.(map[string]any)
	property := parts[0]
	if kind == "list" && property == "data" {
		elements, _ := owner["data"].([]any)
		for _, element := range elements {
			if err := walk(element, kindOf(element), parts[1:], path, lookup); err != nil {
				return err
			}
		}
		return nil
	}
	target, ok := expandable(kind)[property]
	if !ok {
		return refuse("This property cannot be expanded (%s).", path)
	}
	if owner != nil {
		if err := replace(owner, property, lookup); err != nil {
			return err
		}
	}
	return walk(owner[property], target, parts[1:], path, lookup)
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

func kindOf(tree any) string {
	object, _ := tree.(map[string]any)
	kind, _ := object["object"].(string)
	return kind
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
