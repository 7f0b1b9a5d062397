package text

import "unicode"

const (
	columns  = 80
	tabWidth = 8
)

// cursor is the position of the next glyph. It advances to the next page only when there is one.
type cursor struct {
	lines, page, line, column int
}

// write advances over a character. It reports false for a control character that text cannot have.
func (c *cursor) write(r rune) bool {
	switch {
	case r == '\n' || r == '\r':
		c.line, c.column = c.line+1, 0
	case r == '\f':
		c.breakPage()
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
	c.breakPage()
	c.column++
}

// breakPage carries lines beyond the end of the page over to the next pages.
func (c *cursor) breakPage() {
	c.page += c.line / c.lines
	c.line %= c.lines
}
