package office

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/text/unicode/bidi"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
)

// HTMLOf writes plain text as a page of HTML, for letters and directions that take more than one font.
func HTMLOf(content []byte, sheet document.Sheet) []byte {
	var body strings.Builder
	for page := range strings.SplitSeq(string(content), "\f") {
		first := body.Len() > 0
		for line := range strings.Lines(page) {
			style := "margin:0;font-family:'Liberation Mono','DejaVu Sans Mono',monospace;font-size:10pt;line-height:100%"
			if first {
				style, first = style+";page-break-before:always", false
			}
			line = strings.ReplaceAll(html.EscapeString(strings.TrimRight(line, "\r\n")), "  ", "&nbsp;&nbsp;")
			fmt.Fprintf(&body, `<p %s>%s&#8203;</p>`, Directed(line, style), line)
		}
	}
	return wrap(body.String(), sheet)
}

// Directed are the attributes of a paragraph with a style and the direction of its text. LibreOffice does not begin
// one from right to left at the right by itself.
func Directed(text, style string) string {
	if direction(text) == "rtl" {
		return `dir="rtl" style="` + style + `;text-align:right"`
	}
	return `dir="ltr" style="` + style + `"`
}

// direction is ltr or rtl, that of the first letter that has one.
func direction(line string) string {
	for _, r := range line {
		properties, _ := bidi.LookupRune(r)
		class := properties.Class()
		if class == bidi.R || class == bidi.AL {
			return "rtl"
		}
		if class == bidi.L {
			return "ltr"
		}
	}
	return "ltr"
}

// Harmless leaves of a page what can be shown without asking for anything else: elements and styles of text,
// tables, and pictures that it brings with it.
func Harmless(content []byte, sheet document.Sheet) []byte {
	policy := bluemonday.UGCPolicy()
	policy.AllowDataURIImages()
	policy.AllowRelativeURLs(false)
	policy.RewriteSrc(func(source *url.URL) {
		if source.Scheme != "data" {
			*source = url.URL{}
		}
	})
	policy.AllowAttrs("dir", "lang", "align", "valign", "width", "height", "border", "cellpadding", "cellspacing").Globally()
	policy.AllowElements("center", "font", "u", "s")
	policy.AllowAttrs("size", "face").OnElements("font")
	policy.AllowStyles("text-align", "text-decoration", "font-weight", "font-style", "font-size", "font-family", "color",
		"background-color", "width", "height", "margin", "margin-top", "margin-bottom", "margin-left", "margin-right",
		"padding", "border", "border-collapse", "vertical-align", "line-height", "direction", "page-break-before").Globally()
	return wrap(policy.Sanitize(string(bytes.TrimPrefix(content, []byte("\ufeff")))), sheet)
}

func wrap(body string, sheet document.Sheet) []byte {
	width, height := sheet.Inches()
	return fmt.Appendf(nil, `<!doctype html><html><head><meta charset="utf-8"><style>@page{size:%.2fin %.2fin;margin:0.6in}</style></head><body>%s</body></html>`,
		width, height, body)
}
