package api

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

const maxText = 5000 // characters

// Params reads the parameters of one object. Nothing it returns may be used before Done says that all
// of them are good. A nil Params is an object that was not given.
type Params struct {
	node     *node
	path     string
	read     map[string]bool
	inner    []*Params
	problems *problems
}

// problems keeps the first problem of a request.
type problems struct{ first *processor.Error }

// Done returns a *object.Error for the first problem: parameters that were not read,
// then values.
func (r *Params) Done() error {
	if unknown := r.unknown(); len(unknown) == 1 {
		return processor.ParamError("parameter_unknown", unknown[0], "Received unknown parameter: %s", unknown[0])
	} else if len(unknown) > 1 {
		return processor.ParamError("parameter_unknown", unknown[0], "Received unknown parameters: %s", strings.Join(unknown, ", "))
	}
	if r.problems.first != nil {
		return r.problems.first
	}
	return nil
}

func (r *Params) unknown() []string {
	var names []string
	for name := range r.node.fields {
		if !r.read[name] {
			names = append(names, r.full(name))
		}
	}
	for _, inner := range r.inner {
		names = append(names, inner.unknown()...)
	}
	sort.Strings(names)
	return names
}

// Refuse notes a problem with the named parameter.
func (r *Params) Refuse(code, name, format string, args ...any) {
	if r.problems.first == nil {
		r.problems.first = processor.ParamError(code, r.full(name), format, args...)
	}
}

func (r *Params) full(name string) string {
	if r.path == "" {
		return name
	}
	return r.path + "[" + name + "]"
}

func (r *Params) take(name string) *node {
	if r == nil {
		return nil
	}
	if r.read == nil {
		r.read = map[string]bool{}
	}
	r.read[name] = true
	return r.node.fields[name]
}

// Has reports whether the parameter was given.
func (r *Params) Has(name string) bool { return r != nil && r.node.fields[name] != nil }

// HasObject reports whether the parameter was given as an object.
func (r *Params) HasObject(name string) bool { return r.Has(name) && r.node.fields[name].fields != nil }

// Clearable reads a text that may be empty, which asks to clear the property.
func (r *Params) Clearable(name string) (text string, given bool) {
	n := r.take(name)
	if n == nil {
		return "", false
	}
	if n.text == nil {
		r.Refuse("", name, "Invalid string: an object was given for '%s'", r.full(name))
		return "", false
	}
	if utf8.RuneCountInString(*n.text) > maxText {
		r.Refuse("", name, "Invalid string: must be at most %d characters", maxText)
	}
	return *n.text, true
}

// Text reads a text, "" when it is not given. Given, it must say something.
func (r *Params) Text(name string) string {
	text, given := r.Clearable(name)
	if given && text == "" {
		r.Refuse("parameter_invalid_empty", name, "You passed an empty string for '%[1]s'. We assume empty values are an attempt to "+
			"unset a field; however '%[1]s' cannot be unset. You should remove '%[1]s' from your request or supply a non-empty value.",
			r.full(name))
	}
	return text
}

// Required reads a text that must be given.
func (r *Params) Required(name string) string {
	r.demand(name)
	return r.Text(name)
}

// Enum reads one of some words, "" when it is not given.
func (r *Params) Enum(name string, words ...string) string {
	text := r.Text(name)
	if text == "" {
		return ""
	}
	for _, word := range words {
		if text == word {
			return word
		}
	}
	r.Refuse("", name, "Invalid %s: must be one of %s", r.full(name), strings.Join(words, ", "))
	return ""
}

// Int reads a whole number.
func (r *Params) Int(name string) (value int64, given bool) {
	text := r.Text(name)
	if text == "" {
		return 0, false
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		r.Refuse("parameter_invalid_integer", name, "Invalid integer: %s", text)
		return 0, false
	}
	return value, true
}

// RequiredInt reads a whole number that must be given.
func (r *Params) RequiredInt(name string) int64 {
	r.demand(name)
	value, _ := r.Int(name)
	return value
}

func (r *Params) demand(name string) {
	if r != nil && !r.Has(name) {
		r.Refuse("parameter_missing", name, "Missing required param: %s.", r.full(name))
	}
}
