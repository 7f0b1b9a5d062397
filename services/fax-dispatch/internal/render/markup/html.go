package markup

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/text/unicode/bidi"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

// FromText writes plain text as a page of HTML, for letters and directions that take more than one font.
func FromText(content []byte, sheet document.Sheet) []byte {
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

// harmless cuts a page down to what a fax can show without asking for anything. It is called in a process of its own.
func harmless(content []byte, sheet document.Sheet) []byte {
	return wrap(withStyles(policy().SanitizeBytes(bytes.TrimPrefix(content, []byte("\ufeff")))), sheet)
}

// policy lets style attributes pass, which withStyles judges: the library's own judges of styles take time that grows
// exponentially with some values.
func policy() *bluemonday.Policy {
	policy := bluemonday.UGCPolicy()
	policy.AllowDataURIImages()
	policy.AllowRelativeURLs(false)
	policy.RewriteSrc(func(source *url.URL) {
		if source.Scheme != "data" {
			*source = url.URL{}
		}
	})
	policy.AllowAttrs("dir", "lang", "align", "valign", "width", "height", "border", "cellpadding", "cellspacing", "style").Globally()
	policy.AllowElements("center", "font", "u", "s")
	policy.AllowAttrs("size", "face").OnElements("font")
	return policy
}

// withStyles leaves of every style attribute what keepStyles keeps. The page has been cut down already, so that it
// has no elements whose text is not HTML.
func withStyles(page []byte) string {
	var out strings.Builder
	tokens := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := tokens.Next()
		switch kind {
		case html.ErrorToken:
			return out.String()
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := string(tokens.Raw())
			out.WriteString(styled(raw, tokens.Token()))
		default:
			out.Write(tokens.Raw())
		}
	}
}

func styled(raw string, tag html.Token) string {
	at := slices.IndexFunc(tag.Attr, func(a html.Attribute) bool { return a.Key == "style" })
	if at < 0 {
		return raw
	}
	kept := keepStyles(tag.Attr[at].Val)
	tag.Attr = slices.DeleteFunc(tag.Attr, func(a html.Attribute) bool { return a.Key == "style" })
	if kept != "" {
		tag.Attr = append(tag.Attr, html.Attribute{Key: "style", Val: kept})
	}
	return tag.String()
}

// wrap makes a page of the sheet around a body.
func wrap(body string, sheet document.Sheet) []byte {
	width, height := sheet.Inches()
	return fmt.Appendf(nil, `<!doctype html><html><head><meta charset="utf-8"><style>@page{size:%.2fin %.2fin;margin:0.6in}</style></head><body>%s</body></html>`,
		width, height, body)
}
