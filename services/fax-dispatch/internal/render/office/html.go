package office

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

// FromText converts plain text that needs shaping to a page of HTML.
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
			fmt.Fprintf(&body, `<p %s>%s&#8203;</p>`, ParagraphAttrs(line, style), line)
		}
	}
	return wrap(body.String(), sheet)
}

// ParagraphAttrs are the attributes of a paragraph with a style and the direction of its text. Paragraphs that run from
// right to left need an explicit alignment in LibreOffice.
func ParagraphAttrs(text, style string) string {
	if direction(text) == "rtl" {
		return `dir="rtl" style="` + style + `;text-align:right"`
	}
	return `dir="ltr" style="` + style + `"`
}

// direction is ltr or rtl, that of the first character that has one.
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

// sanitized reduces a page to what a fax can show without requesting anything. Only the sanitizing worker calls it.
func sanitized(content []byte, sheet document.Sheet) []byte {
	return wrap(withStyles(policy().SanitizeBytes(bytes.TrimPrefix(content, []byte("\ufeff")))), sheet)
}

// policy passes style attributes through, for withStyles to filter: the library's own style filters take exponential time
// on some values.
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

// withStyles filters every style attribute by filterStyle. The page has passed the policy and has no raw text elements.
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
	kept := filterStyle(tag.Attr[at].Val)
	tag.Attr = slices.DeleteFunc(tag.Attr, func(a html.Attribute) bool { return a.Key == "style" })
	if kept != "" {
		tag.Attr = append(tag.Attr, html.Attribute{Key: "style", Val: kept})
	}
	return tag.String()
}

// wrap completes a body to a page of a sheet.
func wrap(body string, sheet document.Sheet) []byte {
	width, height := sheet.Inches()
	return fmt.Appendf(nil, `<!doctype html><html><head><meta charset="utf-8"><style>@page{size:%.2fin %.2fin;margin:0.6in}</style></head><body>%s</body></html>`,
		width, height, body)
}
