package raster

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"io"
)

// Bitmap is a picture as the programs that draw write it: of one bit a pixel, or of greys.
type Bitmap struct {
	Width, Height int
	Bits          []byte      // 1 is black, lines are whole bytes; nil for greys
	Grey          *image.Gray // nil for bits
}

// ErrNetpbm says that what was read is no picture, or an unfinished one.
var ErrNetpbm = errors.New("not a picture as programs write it")

// ErrTooManyPixels says that a picture has too many pixels.
var ErrTooManyPixels = errors.New("a picture with too many pixels")

// ReadNetpbm reads a picture of the raw forms of Netpbm, either of one bit a pixel (P4) or of grey (P5), with so many
// pixels at most. It ends with io.EOF.
func ReadNetpbm(from *bufio.Reader, most int) (Bitmap, error) {
	var magic [2]byte
	if _, err := io.ReadFull(from, magic[:]); err != nil {
		return Bitmap{}, err
	}
	width, err := number(from)
	if err != nil {
		return Bitmap{}, err
	}
	height, err := number(from)
	if err != nil {
		return Bitmap{}, err
	}
	if width < 1 || height < 1 {
		return Bitmap{}, ErrNetpbm
	}
	if width > most/height {
		return Bitmap{}, ErrTooManyPixels
	}
	r := Bitmap{Width: width, Height: height}
	switch string(magic[:]) {
	case "P4":
		r.Bits = make([]byte, (width+7)/8*height)
		return r, fill(from, r.Bits)
	case "P5":
		if brightest, err := number(from); err != nil || brightest != 255 {
			return Bitmap{}, ErrNetpbm
		}
		r.Grey = image.NewGray(image.Rect(0, 0, width, height))
		return r, fill(from, r.Grey.Pix)
	}
	return Bitmap{}, ErrNetpbm
}

// Greys is the picture in greys.
func (r Bitmap) Greys() *image.Gray {
	if r.Grey != nil {
		return r.Grey
	}
	grey := image.NewGray(image.Rect(0, 0, r.Width, r.Height))
	stride := (r.Width + 7) / 8
	for y := range r.Height {
		bits, row := r.Bits[y*stride:], grey.Pix[y*grey.Stride:(y+1)*grey.Stride]
		for x := range row {
			if bits[x/8]&(0x80>>(x%8)) == 0 {
				row[x] = 0xff
			}
		}
	}
	return grey
}

func fill(from io.Reader, pixels []byte) error {
	if _, err := io.ReadFull(from, pixels); err != nil {
		return fmt.Errorf("%w: it ends too soon", ErrNetpbm)
	}
	return nil
}

// number reads white space, digits and one more white space.
func number(from *bufio.Reader) (int, error) {
	const tooLong = 1_000_000
	value, digits := 0, 0
	for {
		c, err := from.ReadByte()
		if err != nil {
			return 0, ErrNetpbm
		}
		space := c == ' ' || c == '\n' || c == '\t' || c == '\r'
		switch {
		case space && digits > 0:
			return value, nil
		case space:
		case c >= '0' && c <= '9' && value < tooLong:
			value, digits = value*10+int(c-'0'), digits+1
		default:
			return 0, ErrNetpbm
		}
	}
}
