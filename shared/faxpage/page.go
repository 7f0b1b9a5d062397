package faxpage

// Dimensions of a page. A line is 215 mm long and always has 1728 pixels: ITU-T T.4 allows other paper widths
// but no other number of pixels.
const (
	Width  = 1728      // pixels in a line
	Stride = Width / 8 // bytes in a line
	// PerInch is the number of pixels per inch of a line.
	PerInch = 204
)

// Resolution is the vertical resolution: the distance between lines.
type Resolution string

// The resolutions.
const (
	Fine     Resolution = "fine"     // 7.7 lines per millimetre
	Standard Resolution = "standard" // 3.85
)

// LinesPerInch returns the vertical resolution.
func (r Resolution) LinesPerInch() int {
	if r == Standard {
		return 98
	}
	return 196
}

// Page is a bitmap. Each bit is a pixel, 1 is black, and the highest bit of a byte is the leftmost pixel.
type Page struct {
	Bits []byte // Stride for each line
}

// New returns a white page.
func New(lines int) Page { return Page{Bits: make([]byte, lines*Stride)} }

// Lines returns the height of the page.
func (p Page) Lines() int { return len(p.Bits) / Stride }

// Line returns line y, counted from 0 at the top.
func (p Page) Line(y int) []byte { return p.Bits[y*Stride : (y+1)*Stride] }

// Black reports whether a pixel is black.
func (p Page) Black(x, y int) bool { return p.Bits[y*Stride+x/8]&(0x80>>(x%8)) != 0 }

// Blacken makes a pixel black.
func (p Page) Blacken(x, y int) { p.Bits[y*Stride+x/8] |= 0x80 >> (x % 8) }
