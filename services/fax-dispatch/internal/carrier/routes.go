package carrier

import (
	"fmt"
	"slices"
	"strings"
)

// Routes say which carriers send to a number: by its longest prefix, in order of preference.
type Routes struct {
	byPrefix map[string][]string
}

// ParseRoutes reads routes such as "+1=telnyx,sinch;+44=sinch;telnyx": for each prefix its carriers in order, and without a
// prefix those of all other numbers. Every carrier must be one of known.
func ParseRoutes(text string, known []string) (Routes, error) {
	r := Routes{map[string][]string{}}
	for line := range strings.SplitSeq(text, ";") {
		prefix, names, found := strings.Cut(strings.TrimSpace(line), "=")
		if !found {
			prefix, names = "", prefix
		}
		if found && (!strings.HasPrefix(prefix, "+") || strings.Trim(prefix[1:], "0123456789") != "") {
			return Routes{}, fmt.Errorf("%q is not the beginning of a number, such as +44", prefix)
		}
		if _, twice := r.byPrefix[prefix]; twice {
			return Routes{}, fmt.Errorf("%q is there twice", prefix)
		}
		for name := range strings.SplitSeq(names, ",") {
			name = strings.TrimSpace(name)
			if !slices.Contains(known, name) {
				return Routes{}, fmt.Errorf("there is no carrier %q; there are %s", name, strings.Join(known, ", "))
			}
			if slices.Contains(r.byPrefix[prefix], name) {
				return Routes{}, fmt.Errorf("%q has the carrier %q twice: no carrier would follow it", prefix, name)
			}
			r.byPrefix[prefix] = append(r.byPrefix[prefix], name)
		}
	}
	return r, nil
}

// After returns the carrier after the one named, or the first one for an empty name, of those that send to a number.
func (r Routes) After(to, name string) (string, bool) {
	carriers := r.of(to)
	next := slices.Index(carriers, name) + 1 // 0 for a name that is no longer configured
	if next >= len(carriers) {
		return "", false
	}
	return carriers[next], true
}

// Carriers lists every carrier that has a route.
func (r Routes) Carriers() []string {
	var all []string
	for _, names := range r.byPrefix {
		all = append(all, names...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// of returns the carriers of the longest matching prefix.
func (r Routes) of(to string) []string {
	for end := len(to); end > 0; end-- {
		if carriers, found := r.byPrefix[to[:end]]; found {
			return carriers
		}
	}
	return r.byPrefix[""]
}
