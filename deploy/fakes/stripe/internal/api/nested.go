package api

import (
	"sort"
	"strconv"
	"unicode/utf8"
)

// The limits of metadata.
const (
	maxMetadata      = 50
	maxMetadataName  = 40
	maxMetadataValue = 500
)

// Object reads a nested object, nil when it is not given.
func (r *Params) Object(name string) *Params {
	n := r.take(name)
	if n == nil {
		return nil
	}
	if n.fields == nil {
		r.Refuse("", name, "Invalid object")
		return nil
	}
	return r.nested(n, r.full(name))
}

// List reads a list of objects.
func (r *Params) List(name string) []*Params {
	elements, names := r.elements(name)
	list := make([]*Params, 0, len(elements))
	for i, element := range elements {
		path := r.full(name) + "[" + names[i] + "]"
		if element.fields == nil {
			r.Refuse("", name, "Invalid object: %s", path)
			continue
		}
		list = append(list, r.nested(element, path))
	}
	return list
}

// Texts reads a list of texts.
func (r *Params) Texts(name string) []string {
	elements, _ := r.elements(name)
	list := make([]string, 0, len(elements))
	for _, element := range elements {
		if element.text == nil || *element.text == "" {
			r.Refuse("", name, "Invalid string: an element of '%s' is empty or an object", r.full(name))
			continue
		}
		list = append(list, *element.text)
	}
	return list
}

// Metadata reads names and values within Stripe's limits. An empty value asks to remove the name.
func (r *Params) Metadata(name string) map[string]string {
	inner := r.Object(name)
	if inner == nil {
		return nil
	}
	if len(inner.node.fields) > maxMetadata {
		r.Refuse("", name, "You can only have %d metadata keys", maxMetadata)
	}
	values := map[string]string{}
	for key := range inner.node.fields {
		value, _ := inner.Clearable(key)
		if utf8.RuneCountInString(key) > maxMetadataName {
			inner.Refuse("", key, "Metadata keys can be at most %d characters", maxMetadataName)
		}
		if utf8.RuneCountInString(value) > maxMetadataValue {
			inner.Refuse("", key, "Metadata values can be at most %d characters", maxMetadataValue)
		}
		values[key] = value
	}
	return values
}

func (r *Params) nested(n *node, path string) *Params {
	inner := &Params{node: n, path: path, problems: r.problems}
	r.inner = append(r.inner, inner)
	return inner
}

// elements returns the elements of a list in the order of their numbers, and those numbers.
func (r *Params) elements(name string) ([]*node, []string) {
	n := r.take(name)
	if n == nil {
		return nil, nil
	}
	if n.fields == nil {
		r.Refuse("", name, "Invalid array")
		return nil, nil
	}
	names := make([]string, 0, len(n.fields))
	for number := range n.fields {
		if value, err := strconv.ParseUint(number, 10, 31); err != nil || strconv.FormatUint(value, 10) != number {
			r.Refuse("", name, "Invalid array: %q is not the number of an element", number)
			return nil, nil
		}
		names = append(names, number)
	}
	sort.Slice(names, func(i, j int) bool {
		return len(names[i]) < len(names[j]) || (len(names[i]) == len(names[j]) && names[i] < names[j])
	})
	elements := make([]*node, len(names))
	for i, number := range names {
		elements[i] = n.fields[number]
	}
	return elements, names
}
