package tiff

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"

	"golang.org/x/image/ccitt"

	"github.com/mintfax/mintfax/shared/faxpage"
)

// ErrNoPage says that a file has no page of that number.
var ErrNoPage = errors.New("there is no such page")

var errForeign = errors.New("not a file of this package")

// Limits of what a reader takes: no page that was written honestly is larger.
const (
	maxLines = 8_000
	maxCode  = 8 << 20 // bytes
)

// Read returns page n, from 1, of a file that Writer has written, and its resolution. It reads no further than
// that page, and keeps no other one in memory.
func Read(file io.Reader, n int) (faxpage.Page, faxpage.Resolution, error) {
	r := bufio.NewReaderSize(file, 1<<16)
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(r, header); err != nil || string(header) != "II*\x00\x08\x00\x00\x00" {
		return faxpage.Page{}, "", ended(err)
	}
	for page := 1; ; page++ {
		d := make(directory, directorySize)
		if _, err := io.ReadFull(r, d); err != nil {
			return faxpage.Page{}, "", ended(err)
		}
		size := int(d.value(tagStripByteCounts))
		if d.lines() == 0 || d.lines() > maxLines || size > maxCode {
			return faxpage.Page{}, "", errForeign
		}
		if page == n {
			decoded, err := decode(io.LimitReader(r, int64(size)), d.lines())
			return decoded, d.resolution(), err
		}
		if d.last() {
			return faxpage.Page{}, "", ErrNoPage
		}
		size += (directorySize + size) % 2
		if _, err := r.Discard(size); err != nil {
			return faxpage.Page{}, "", ended(err)
		}
	}
}

// ended says that something else than a file of ours was read, unless it could not be read.
func ended(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errForeign
	}
	return err
}

func decode(code io.Reader, lines int) (faxpage.Page, error) {
	page := faxpage.New(lines)
	decoded := ccitt.NewReader(code, ccitt.MSB, ccitt.Group4, faxpage.Width, lines, &ccitt.Options{Invert: true})
	if _, err := io.ReadFull(decoded, page.Bits); err != nil {
		return faxpage.Page{}, fmt.Errorf("%w: %w", errForeign, err)
	}
	return page, nil
}

func (d directory) lines() int { return int(d.value(tagLength)) }

func (d directory) last() bool { return binary.LittleEndian.Uint32(d[extrasAt-4:]) == 0 }

func (d directory) resolution() faxpage.Resolution {
	if binary.LittleEndian.Uint32(d[extrasAt+8:]) == uint32(faxpage.Standard.LinesPerInch()) { //nolint:gosec // 98
		return faxpage.Standard
	}
	return faxpage.Fine
}

// value returns the value of a tag, 0 when it is missing.
func (d directory) value(tag uint16) uint32 {
	for i := range entries {
		entry := d[2+i*entrySize:]
		if binary.LittleEndian.Uint16(entry) == tag {
			return binary.LittleEndian.Uint32(entry[8:])
		}
	}
	return 0
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
