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

// ErrNeedsShaping means that a text has characters that a monospaced font in one direction cannot show.
var ErrNeedsShaping = errors.New("the text needs shaping")

// Pages renders a text in UTF-8. It wraps long lines, starts a new page at a form feed, and ignores white space at the end.
// It fails with ErrNeedsShaping before the first page.
func Pages(content []byte, j document.Job, add document.Sink) error {
	content, err := clean(content)
	maxPages := document.MaxPages
	if errors.Is(err, ErrNeedsShaping) {
		maxPages *= maxNarrowing
	} else if err != nil {
		return err
	}
	if tooLong(content, j, maxPages) { // before drawing or converting, which takes seconds
		return document.ErrTooLong
	}
	if err != nil {
		return err
	}
	page := newCanvas(j)
	at := cursor{lines: linesOn(j.Sheet), page: 1}
	added := 0 // pages
	for len(content) > 0 {
		r, size := utf8.DecodeRune(content)
		content = content[size:]
		if r == '\r' && len(content) > 0 && content[0] == '\n' {
			continue // the line feed ends the line
		}
		if !at.write(r) {
			return document.ErrUnsupported
		}
		if unicode.IsSpace(r) {
			continue
		}
		for ; added < at.page-1; added++ {
			if err := add(document.EncodePage(page.take())); err != nil {
				return err
			}
		}
		page.put(r, at.line, at.column-1)
	}
	return add(document.EncodePage(page.take()))
}

// maxNarrowing is how many characters of another font fit, at most, where ours has one.
const maxNarrowing = 4

func tooLong(content []byte, j document.Job, maxPages int) bool {
	at := cursor{lines: linesOn(j.Sheet), page: 1}
	for len(content) > 0 && at.page <= maxPages {
		r, size := utf8.DecodeRune(content)
		rest := content[size:]
		if r != '\r' || len(rest) == 0 || rest[0] != '\n' {
			at.write(r)
		}
		content = rest
	}
	return at.page > maxPages
}

// emojiSelector requests the colour form of the character before it.
const emojiSelector = "\ufe0f"

// layoutControls are the control characters that text may have.
const layoutControls = "\n\r\f\t"

// clean normalizes a text and strips what is not drawn. It returns the text even when it fails with ErrNeedsShaping.
func clean(content []byte) ([]byte, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		return nil, document.ErrUnsupported
	}
	content = bytes.ReplaceAll(content, []byte(emojiSelector), nil)
	content = norm.NFC.Bytes(bytes.TrimRightFunc(content, unicode.IsSpace))
	if len(content) == 0 {
		return nil, document.ErrEmpty
	}
	for rest := content; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		if unicode.IsControl(r) && !strings.ContainsRune(layoutControls, r) {
			return nil, document.ErrUnsupported
		}
		if !unicode.IsSpace(r) && !hasGlyph(r) {
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
