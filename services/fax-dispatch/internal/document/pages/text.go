package pages

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Sheet is the size of the paper.
type Sheet string

// The sizes. The empty sheet is Letter.
const (
	Letter Sheet = "letter"
	Legal  Sheet = "legal"
	A4     Sheet = "a4"
	B4     Sheet = "b4"
)

// Sheets lists every size.
func Sheets() []Sheet { return []Sheet{Letter, Legal, A4, B4} }

const (
	columns  = 80
	tabWidth = 8
)

// Lines is how many lines of text fit on a sheet.
func (s Sheet) Lines() int {
	switch s {
	case Legal:
		return 76
	case A4, B4:
		return 66
	default:
		return 60
	}
}

// InText counts the pages of a text in UTF-8, laid out in one width of letter: 80 columns, longer
// lines wrapped, a new page at every form feed. White space at the end makes no page.
func InText(content []byte, sheet Sheet) (int, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		return 0, ErrUnsupported
	}
	content = bytes.TrimRightFunc(content, unicode.IsSpace)
	if len(content) == 0 {
		return 0, ErrEmpty
	}
	at := cursor{lines: sheet.Lines(), page: 1}
	for len(content) > 0 {
		r, size := utf8.DecodeRune(content)
		content = content[size:]
		if r == '\r' && len(content) > 0 && content[0] == '\n' {
			continue // the line feed that follows ends the line
		}
		if !at.write(r) {
			return 0, ErrUnsupported
		}
	}
	return at.page, nil
}

// cursor is where the next letter goes. It moves to another page only when a letter comes.
type cursor struct {
	lines, page, line, column int
}

// write reports false for a control character, which no text has.
func (c *cursor) write(r rune) bool {
	switch {
	case r == '\n' || r == '\r':
		c.line, c.column = c.line+1, 0
	case r == '\f':
		c.turn()
		c.page, c.line, c.column = c.page+1, 0, 0
	case r == '\t':
		c.column = min((c.column/tabWidth+1)*tabWidth, columns)
	case unicode.IsControl(r):
		return false
	default:
		c.put()
	}
	return true
}

func (c *cursor) put() {
	if c.column == columns {
		c.line, c.column = c.line+1, 0
	}
	c.turn()
	c.column++
}

// turn makes up for the lines that were fed beyond the end of the page.
func (c *cursor) turn() {
	c.page += c.line / c.lines
	c.line %= c.lines
}
