package tiff

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"io"

	"golang.org/x/image/ccitt"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxpage"
)

// ErrNoPage says that a file has no page of that number.
var ErrNoPage = errors.New("there is no such page")

var errForeign = errors.New("not a file of this package")

// Read returns page n, from 1, of a file that Writer has written.
func Read(file []byte, n int) (faxpage.Page, error) {
	at, err := find(file, n)
	if err != nil {
		return faxpage.Page{}, err
	}
	lines := int(number(file, at, tagLength))
	offset, size := int(number(file, at, tagStripOffsets)), int(number(file, at, tagStripByteCounts))
	if lines == 0 || offset > len(file) || size > len(file)-offset {
		return faxpage.Page{}, errForeign
	}
	page := faxpage.New(lines)
	code := bytes.NewReader(file[offset : offset+size])
	decoded := ccitt.NewReader(code, ccitt.MSB, ccitt.Group4, faxpage.Width, lines, &ccitt.Options{Invert: true})
	_, err = io.ReadFull(decoded, page.Bits)
	return page, err
}

// Count returns how many pages a file of Writer has.
func Count(file []byte) (int, error) {
	for n := 1; ; n++ {
		if _, err := find(file, n); errors.Is(err, ErrNoPage) {
			return n - 1, nil
		} else if err != nil {
			return 0, err
		}
	}
}

// Picture is a page as eyes see it: its pixels are square, which they are not on a fax.
func Picture(page faxpage.Page, resolution faxpage.Resolution) image.Image {
	height := page.Lines() * faxpage.PerInch / resolution.LinesPerInch()
	picture := image.NewPaletted(image.Rect(0, 0, faxpage.Width, height), color.Palette{color.White, color.Black})
	for y := range height {
		line := page.Line(y * page.Lines() / height)
		row := picture.Pix[y*picture.Stride:]
		for x := range faxpage.Width {
			row[x] = line[x/8] >> (7 - x%8) & 1
		}
	}
	return picture
}

// find returns where the directory of page n is.
func find(file []byte, n int) (int, error) {
	if len(file) < headerSize || string(file[:4]) != "II*\x00" {
		return 0, errForeign
	}
	at := int(binary.LittleEndian.Uint32(file[4:]))
	for page := 1; at != 0; page++ {
		if at < headerSize || at > len(file)-directorySize || binary.LittleEndian.Uint16(file[at:]) != entries {
			return 0, errForeign
		}
		if page == n {
			return at, nil
		}
		next := int(binary.LittleEndian.Uint32(file[at+extrasAt-4:]))
		if next != 0 && next <= at {
			return 0, errForeign
		}
		at = next
	}
	return 0, ErrNoPage
}

// number returns the value of a tag in the directory at an offset, 0 when it is missing.
func number(file []byte, at int, tag uint16) uint32 {
	for i := range entries {
		entry := file[at+2+i*entrySize:]
		if binary.LittleEndian.Uint16(entry) == tag {
			return binary.LittleEndian.Uint32(entry[8:])
		}
	}
	return 0
}
