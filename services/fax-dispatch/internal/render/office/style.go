package office

import (
	"slices"
	"strings"
)

// Limits of a style attribute, far above those of real pages.
const (
	maxStyle        = 2_000 // bytes; a longer attribute is dropped
	maxDeclarations = 40
	maxParts        = 20 // of a value, such as font families
)

// filterStyle drops every declaration of a style attribute that is not known to be harmless. It takes linear time, and no
// value that it keeps has a backslash, a comment, or a function other than rgb.
func filterStyle(value string) string {
	if len(value) > maxStyle {
		return ""
	}
	var kept strings.Builder
	declarations := 0
	for declaration := range strings.SplitSeq(value, ";") {
		if declarations++; declarations > maxDeclarations {
			break
		}
		name, value, found := strings.Cut(declaration, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		matches := styles[name]
		if !found || matches == nil || !matches(value) {
			continue
		}
		if kept.Len() > 0 {
			kept.WriteString("; ")
		}
		kept.WriteString(name + ": " + value)
	}
	return kept.String()
}

type matcher func(value string) bool

// styles are the permitted properties.
var styles = map[string]matcher{
	"text-align":        word("left", "right", "center", "justify", "start", "end"),
	"text-decoration":   list(word("none", "underline", "overline", "line-through"), 4),
	"font-weight":       word("normal", "bold", "bolder", "lighter", "100", "200", "300", "400", "500", "600", "700", "800", "900"),
	"font-style":        word("normal", "italic", "oblique"),
	"font-size":         either(length, word("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "smaller", "larger")),
	"font-family":       families,
	"color":             color,
	"background-color":  color,
	"width":             either(length, word("auto")),
	"height":            either(length, word("auto")),
	"margin":            list(either(length, word("auto")), 4),
	"margin-top":        either(length, word("auto")),
	"margin-bottom":     either(length, word("auto")),
	"margin-left":       either(length, word("auto")),
	"margin-right":      either(length, word("auto")),
	"padding":           list(length, 4),
	"border":            list(either(length, color, borderStyle, word("thin", "medium", "thick")), 3),
	"border-collapse":   word("collapse", "separate"),
	"vertical-align":    either(length, word("baseline", "top", "middle", "bottom", "text-top", "text-bottom", "sub", "super")),
	"line-height":       either(length, number, word("normal")),
	"direction":         word("ltr", "rtl"),
	"page-break-before": word("auto", "always", "avoid", "left", "right"),
}

var borderStyle = word("none", "hidden", "solid", "dotted", "dashed", "double", "groove", "ridge", "inset", "outset")

func word(words ...string) matcher {
	return func(value string) bool { return slices.Contains(words, strings.ToLower(value)) }
}

func either(matchers ...matcher) matcher {
	return func(value string) bool {
		return slices.ContainsFunc(matchers, func(m matcher) bool { return m(value) })
	}
}

// list matches one to limit values that are separated by spaces.
func list(one matcher, limit int) matcher {
	return func(value string) bool {
		parts := strings.Fields(value)
		if len(parts) == 0 || len(parts) > limit {
			return false
		}
		return !slices.ContainsFunc(parts, func(part string) bool { return !one(part) })
	}
}

// number matches an optional sign and digits with at most one decimal point.
func number(value string) bool {
	value = strings.TrimPrefix(strings.TrimPrefix(value, "+"), "-")
	whole, fraction, _ := strings.Cut(value, ".")
	return len(value) <= 12 && whole+fraction != "" && digits(whole) && digits(fraction)
}

// length matches a number with a unit, or 0.
func length(value string) bool {
	value = strings.ToLower(value)
	for _, unit := range []string{"px", "pt", "pc", "em", "ex", "rem", "in", "cm", "mm", "%"} {
		if number(strings.TrimSuffix(value, unit)) && strings.HasSuffix(value, unit) {
			return true
		}
	}
	return value == "0"
}

// color matches a name, a hexadecimal number, or three or four numbers in rgb() or rgba().
func color(value string) bool {
	value = strings.ToLower(value)
	if hex, found := strings.CutPrefix(value, "#"); found {
		return slices.Contains([]int{3, 4, 6, 8}, len(hex)) && strings.Trim(hex, "0123456789abcdef") == ""
	}
	inner, isFunction := strings.CutPrefix(value, "rgb")
	inner, opened := strings.CutPrefix(strings.TrimPrefix(inner, "a"), "(")
	if isFunction && opened && strings.HasSuffix(inner, ")") {
		return components(strings.TrimSuffix(inner, ")"))
	}
	return value != "" && len(value) <= 24 && strings.Trim(value, "abcdefghijklmnopqrstuvwxyz") == ""
}

func components(value string) bool {
	parts := strings.SplitN(value, ",", 5)
	return (len(parts) == 3 || len(parts) == 4) && !slices.ContainsFunc(parts, func(part string) bool {
		return !number(strings.TrimSuffix(strings.TrimSpace(part), "%"))
	})
}

// families matches comma-separated names of fonts, quoted or not.
func families(value string) bool {
	parts := strings.SplitN(value, ",", maxParts+1)
	return len(parts) <= maxParts && !slices.ContainsFunc(parts, func(part string) bool { return !family(strings.TrimSpace(part)) })
}

func family(name string) bool {
	for _, quote := range []string{"'", `"`} {
		if inner, found := strings.CutPrefix(name, quote); found {
			name, found = strings.CutSuffix(inner, quote)
			if !found {
				return false
			}
			break
		}
	}
	return name != "" && len(name) <= 64 && !strings.ContainsFunc(name, notInFamily)
}

func notInFamily(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r > 0x7f
	return !letter && !strings.ContainsRune(" -_", r)
}

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }
