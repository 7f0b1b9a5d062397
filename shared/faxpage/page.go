package faxpage

// Measures of a page. Lines are 215 mm long, which 1728 pixels share; ITU-T T.4 allows a width of paper
// and never another number of pixels.
const (
	Width  = 1728      // pixels in a line
	Stride = Width / 8 // bytes in a line
	// PerInch is how many pixels of a line share an inch.
	PerInch = 204
)

// Resolution is how close the lines are.
type Resolution string

// The resolutions.
const (
	Fine     Resolution = "fine"     // 7.7 lines in a millimetre
	Standard Resolution = "standard" // 3.85
)

// LinesPerInch is the resolution across the lines.
func (r Resolution) LinesPerInch() int {
	if r == Standard {
		return 98
	}
	return 196
}

// Page is a page. A bit is a pixel, the highest bit of a byte is the leftmost one, and 1 is black.
type Page struct {
	Bits []byte // Stride for each line
}

// New returns a white page.
func New(lines int) Page { return Page{Bits: make([]byte, lines*Stride)} }

// Lines is the height of the page.
func (p Page) Lines() int { return len(p.Bits) / Stride }

// Line returns line y, from 0 at the top.
func (p Page) Line(y int) []byte { return p.Bits[y*Stride : (y+1)*Stride] }

// Black reports whether a pixel is black.
func (p Page) Black(x, y int) bool { return p.Bits[y*Stride+x/8]&(0x80>>(x%8)) != 0 }

// Blacken makes a pixel black.
func (p Page) Blacken(x, y int) { p.Bits[y*Stride+x/8] |= 0x80 >> (x % 8) }
