package api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

const (
	maxPairs = 2000
	maxDepth = 8
)

// node is a text or holds nodes by name; elements of a list have the names 0, 1, 2 and so on.
type node struct {
	text   *string
	fields map[string]*node
	next   int // the number of the next element that comes without one
}

// Parse reads form-encoded parameters. Its error is a *object.Error.
func Parse(encoded string) (*Params, error) {
	root := &node{fields: map[string]*node{}}
	pairs := strings.Split(encoded, "&")
	if len(pairs) > maxPairs {
		return nil, malformed("it has more than %d parameters", maxPairs)
	}
	for _, pair := range pairs {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		if err := root.add(name, value); err != nil {
			return nil, err
		}
	}
	return &Params{node: root, problems: &problems{}}, nil
}

func (n *node) add(encodedName, encodedValue string) error {
	name, err := unescape(encodedName)
	if err != nil {
		return err
	}
	value, err := unescape(encodedValue)
	if err != nil {
		return err
	}
	path, err := split(name)
	if err != nil {
		return err
	}
	return n.put(path, value, name)
}

func (n *node) put(path []string, value, name string) error {
	if n.fields == nil {
		if n.text != nil {
			return malformed("the parameter %q is both a value and an object", name)
		}
		n.fields = map[string]*node{}
	}
	part := path[0]
	if part == "" {
		for n.fields[strconv.Itoa(n.next)] != nil {
			n.next++
		}
		part = strconv.Itoa(n.next)
	}
	child := n.fields[part]
	if child == nil {
		child = &node{}
		n.fields[part] = child
	}
	if len(path) > 1 {
		return child.put(path[1:], value, name)
	}
	if child.fields != nil {
		return malformed("the parameter %q is both a value and an object", name)
	}
	child.text = &value // of several the last one counts
	return nil
}

// split takes a[b][] apart into a, b and "". Only the last part may be empty.
func split(name string) ([]string, error) {
	first, rest, nested := strings.Cut(name, "[")
	if first == "" || strings.Contains(first, "]") {
		return nil, malformed("the parameter name %q is not one", name)
	}
	path := []string{first}
	if !nested {
		return path, nil
	}
	inner, closed := strings.CutSuffix(rest, "]")
	if !closed {
		return nil, malformed("the brackets of the parameter %q are not balanced", name)
	}
	parts := strings.Split(inner, "][")
	for i, part := range parts {
		if strings.ContainsAny(part, "[]") || (part == "" && i < len(parts)-1) {
			return nil, malformed("the brackets of the parameter %q are not balanced, or an element has no number", name)
		}
	}
	if len(parts) >= maxDepth {
		return nil, malformed("the parameter %q is nested too deeply", name)
	}
	return append(path, parts...), nil
}

func unescape(encoded string) (string, error) {
	text, err := url.QueryUnescape(encoded)
	if err != nil {
		return "", malformed("the encoding of %q is broken", encoded)
	}
	if !utf8.ValidString(text) {
		return "", malformed("%q is not UTF-8", encoded)
	}
	return text, nil
}

func malformed(format string, args ...any) *processor.Error {
	e := processor.RequestError(http.StatusBadRequest, "", "Invalid request: "+format, args...)
	e.Unread = true
	return e
}
