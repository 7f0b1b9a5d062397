package text

import (
	"bytes"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

// ErrNeedsShaping says that a text has letters that one font and one direction cannot show.
var ErrNeedsShaping = errors.New("the text needs more than a font of one width")

// Pages lays out a text in UTF-8: longer lines are wrapped, a form feed begins a new page, and white space at
// the end makes no page. It fails with ErrNeedsShaping before the first page.
func Pages(content []byte, j document.Job, add document.Sink) error {
	content, err := clean(content)
	most := document.MaxPages
	if errors.Is(err, ErrNeedsShaping) {
		most *= narrow
	} else if err != nil {
		return err
	}
	if tooLong(content, j, most) { // before any of it is drawn or converted, which takes seconds
		return document.ErrTooLong
	}
	if err != nil {
		return err
	}
	typist := newTypist(j)
	at := cursor{lines: linesOn(j.Sheet), page: 1}
	done := 0 // pages that were added
	for len(content) > 0 {
		r, size := utf8.DecodeRune(content)
		content = content[size:]
		if r == '\r' && len(content) > 0 && content[0] == '\n' {
			continue // the line feed that follows ends the line
		}
		if !at.write(r) {
			return document.ErrUnsupported
		}
		if unicode.IsSpace(r) {
			continue
		}
		for ; done < at.page-1; done++ {
			if err := add(document.EncodePage(typist.take())); err != nil {
				return err
			}
		}
		typist.put(r, at.line, at.column-1)
	}
	return add(document.EncodePage(typist.take()))
}

// narrow is how many letters of another font there are, at most, where there would be one of ours.
const narrow = 4

func tooLong(content []byte, j document.Job, most int) bool {
	at := cursor{lines: linesOn(j.Sheet), page: 1}
	for len(content) > 0 && at.page <= most {
		r, size := utf8.DecodeRune(content)
		rest := content[size:]
		if r != '\r' || len(rest) == 0 || rest[0] != '\n' {
			at.write(r)
		}
		content = rest
	}
	return at.page > most
}

// asEmoji asks for the sign before it in colours.
const asEmoji = "\ufe0f"

// laidOut are the control characters that a text may have.
const laidOut = "\n\r\f\t"

// clean returns the text without what is no part of it, also when it needs shaping.
func clean(content []byte) ([]byte, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		return nil, document.ErrUnsupported
	}
	content = bytes.ReplaceAll(content, []byte(asEmoji), nil)
	content = norm.NFC.Bytes(bytes.TrimRightFunc(content, unicode.IsSpace))
	if len(content) == 0 {
		return nil, document.ErrEmpty
	}
	for rest := content; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		if unicode.IsControl(r) && !strings.ContainsRune(laidOut, r) {
			return nil, document.ErrUnsupported
		}
		if !unicode.IsSpace(r) && !shown(r) {
			return content, ErrNeedsShaping
		}
	}
	return content, nil
}

// linesOn is how many lines of text fit on a sheet.
func linesOn(sheet document.Sheet) int {
	switch sheet {
	case document.Legal:
		return 76
	case document.A4, document.B4:
		return 66
	default:
		return 60
	}
}
