package cover

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
)

// MaxTemplate is the largest template, in bytes.
const MaxTemplate = 24 << 10

// The built-in templates. The hipaa template has a notice of confidentiality, and neither the subject nor the message, which may
// identify the patient.
const (
	Standard = "standard"
	HIPAA    = "hipaa"
)

//go:embed standard.txt
var standard string

//go:embed hipaa.txt
var hipaa string

// Template is a page with tokens such as {{subject}}: of plain text, or of HTML.
type Template struct {
	text string
	html bool
}

// Parse returns the built-in template of that name, or takes a page of HTML as a template. Errors are written for its author.
func Parse(page string) (Template, error) {
	switch {
	case page == Standard:
		return Template{text: standard}, nil
	case page == HIPAA:
		return Template{text: hipaa}, nil
	case len(page) > MaxTemplate:
		return Template{}, fmt.Errorf("must have at most %d bytes", MaxTemplate)
	case !strings.HasPrefix(strings.TrimSpace(page), "<"):
		return Template{}, fmt.Errorf("must be %s, %s, or a page of HTML", Standard, HIPAA)
	}
	for _, found := range token.FindAllStringSubmatch(page, -1) {
		if _, known := (Values{}).of(found[1]); !known {
			return Template{}, fmt.Errorf("has a token that is not known: %s", found[0])
		}
	}
	return Template{text: page, html: true}, nil
}

var token = regexp.MustCompile(`\{\{ ?([a-z_]{1,40}) ?\}\}`)
