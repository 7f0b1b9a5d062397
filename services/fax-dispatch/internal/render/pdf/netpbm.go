package pdf

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"io"
)

// bitmap is a picture of one bit for a pixel, 1 is black, whose lines are whole bytes.
type bitmap struct {
	width, height int
	bits          []byte
}

// maxDrawn is how many pixels a drawn page may have. The largest that is asked for has 2 million more than a
// page.
const maxDrawn = 40_000_000

var errPicture = errors.New("not a picture as pdftoppm draws it")

// nextPicture reads a picture of the raw forms of netpbm, either of grey (P5) or of one bit (P4). It ends
// with io.EOF.
func nextPicture(from *bufio.Reader) (*image.Gray, *bitmap, error) {
	var magic [2]byte
	if _, err := io.ReadFull(from, magic[:]); err != nil {
		return nil, nil, err
	}
	width, err := number(from)
	if err != nil {
		return nil, nil, err
	}
	height, err := number(from)
	if err != nil {
		return nil, nil, err
	}
	if width < 1 || height < 1 || width > maxDrawn/height {
		return nil, nil, errPicture
	}
	switch string(magic[:]) {
	case "P4":
		b := &bitmap{width: width, height: height, bits: make([]byte, (width+7)/8*height)}
		return nil, b, fill(from, b.bits)
	case "P5":
		if brightest, err := number(from); err != nil || brightest != 255 {
			return nil, nil, errPicture
		}
		grey := image.NewGray(image.Rect(0, 0, width, height))
		return grey, nil, fill(from, grey.Pix)
	}
	return nil, nil, errPicture
}

func fill(from io.Reader, pixels []byte) error {
	if _, err := io.ReadFull(from, pixels); err != nil {
		return fmt.Errorf("%w: it ends too soon", errPicture)
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
			return 0, errPicture
		}
		space := c == ' ' || c == '\n' || c == '\t' || c == '\r'
		switch {
		case space && digits > 0:
			return value, nil
		case space:
		case c >= '0' && c <= '9' && value < tooLong:
			value, digits = value*10+int(c-'0'), digits+1
		default:
			return 0, errPicture
		}
	}
}
