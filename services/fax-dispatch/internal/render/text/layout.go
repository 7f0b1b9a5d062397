package text

import "unicode"

const (
	columns  = 80
	tabWidth = 8
)

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
