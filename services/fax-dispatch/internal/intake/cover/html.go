package cover

import (
	"fmt"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
)

// asHTML writes lines as a page of HTML.
func asHTML(lines []line) string {
	var page strings.Builder
	page.WriteString("<!doctype html><html><body>")
	for _, l := range lines {
		switch {
		case l.kind == title:
			fmt.Fprintf(&page, "<h1>%s</h1>", escape(l.value))
		case l.kind == rule:
			page.WriteString("<hr>")
		case l.label != "":
			fmt.Fprintf(&page, `<table><tr><td width="90">%s</td><td width="500">%s</td></tr></table>`, escape(l.label), escape(l.value))
		case l.value != "":
			paragraphs(&page, l.value)
		}
	}
	page.WriteString("</body></html>")
	return page.String()
}

// paragraphs give each line of a value its direction.
func paragraphs(page *strings.Builder, value string) {
	for paragraph := range strings.SplitSeq(value, "\n") {
		fmt.Fprintf(page, `<p %s>%s&nbsp;</p>`, office.ParagraphAttrs(paragraph, "margin:0"), escape(paragraph))
	}
}
