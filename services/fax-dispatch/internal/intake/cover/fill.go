package cover

import (
	"html"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/text"
)

// Fill fills the template and returns a document and its type. The built-in templates give plain text, unless it has letters that
// only HTML can show.
func (t Template) Fill(v Values) (page []byte, kind document.Type) {
	if t.html {
		return []byte(t.fillHTML(v)), document.HTML
	}
	lines := fillLines(t.text, v)
	if plain := []byte(asText(lines)); text.Shows(plain) {
		return plain, document.Text
	}
	return []byte(asHTML(lines)), document.HTML
}

func (t Template) fillHTML(v Values) string {
	return token.ReplaceAllStringFunc(t.text, func(found string) string {
		value, _ := v.of(token.FindStringSubmatch(found)[1])
		return escape(value)
	})
}

// line is a filled line of a built-in template.
type line struct {
	kind  lineKind
	label string
	value string
}

type lineKind int

const (
	plain lineKind = iota
	title          // begins with "# "
	rule           // ---
)

// fillLines fills the lines of a built-in template. Each has at most one token, at its end; a line whose value is empty is left
// out.
func fillLines(template string, v Values) (filled []line) {
	for written := range strings.Lines(template) {
		written = strings.TrimSuffix(written, "\n")
		at := token.FindStringSubmatchIndex(written)
		switch {
		case written == "---":
			filled = append(filled, line{kind: rule})
		case strings.HasPrefix(written, "# "):
			filled = append(filled, line{kind: title, value: written[2:]})
		case at == nil:
			filled = append(filled, line{value: written})
		default:
			if value, _ := v.of(written[at[2]:at[3]]); value != "" {
				filled = append(filled, line{label: strings.TrimSuffix(written[:at[0]], ": "), value: value})
			}
		}
	}
	return filled
}

func escape(value string) string {
	return strings.ReplaceAll(html.EscapeString(value), "\n", "<br>")
}
