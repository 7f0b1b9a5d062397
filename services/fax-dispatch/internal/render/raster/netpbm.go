package raster

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"io"
)

// Bitmap is a picture as drawing programs write it: of one bit per pixel, or grey.
type Bitmap struct {
	Width, Height int
	Bits          []byte      // 1 is black, lines are padded to bytes; nil for a grey picture
	Grey          *image.Gray // nil for a picture of bits
}

// ErrNetpbm means that the input is malformed or truncated.
var ErrNetpbm = errors.New("malformed Netpbm picture")

// ErrTooManyPixels means that a picture exceeds the limit.
var ErrTooManyPixels = errors.New("the picture has too many pixels")

// ReadNetpbm reads a picture in one of the raw Netpbm formats, bits (P4) or grey (P5), of at most maxPixels. It fails with
// io.EOF at the end of the input.
func ReadNetpbm(from *bufio.Reader, maxPixels int) (Bitmap, error) {
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
	if width > maxPixels/height {
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

// Greys converts the picture to grey.
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
		return fmt.Errorf("%w: truncated", ErrNetpbm)
	}
	return nil
}

// number reads a decimal number between white space.
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
