package faxpage

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"

	"golang.org/x/image/ccitt"
)

// ErrNoPage means that a file has no page with that number.
var ErrNoPage = errors.New("there is no such page")

var errForeign = errors.New("not a file of this package")

// Limits of a page. Writer never writes a larger one.
const (
	maxLines = 8_000
	maxCode  = 8 << 20 // bytes
)

// Reader reads a file that Writer has written, page by page, with one page in memory.
type Reader struct {
	from *bufio.Reader
	page directory // of the next page; nil after the last
}

// NewReader reads the header of a file.
func NewReader(file io.Reader) (*Reader, error) {
	r := &Reader{from: bufio.NewReaderSize(file, 1<<16)}
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(r.from, header); err != nil || string(header) != "II*\x00\x08\x00\x00\x00" {
		return nil, ended(err)
	}
	return r, r.enter()
}

// Next returns the code and the number of lines of the next page, and io.EOF after the last page.
func (r *Reader) Next() (code []byte, lines int, err error) {
	if r.page == nil {
		return nil, 0, io.EOF
	}
	code, lines = make([]byte, r.page.size()), r.page.lines()
	if _, err := io.ReadFull(r.from, code); err != nil {
		return nil, 0, ended(err)
	}
	return code, lines, r.leave(len(code))
}

// enter reads the directory of the next page.
func (r *Reader) enter() error {
	r.page = make(directory, directorySize)
	if _, err := io.ReadFull(r.from, r.page); err != nil {
		return ended(err)
	}
	if r.page.lines() == 0 || r.page.lines() > maxLines || r.page.size() > maxCode {
		return errForeign
	}
	return nil
}

// leave continues to the next page after read bytes of this one.
func (r *Reader) leave(read int) error {
	if r.page.last() {
		r.page = nil
		return nil
	}
	size := r.page.size()
	if _, err := r.from.Discard(size - read + (directorySize+size)%2); err != nil {
		return ended(err)
	}
	return r.enter()
}

// ReadPage returns page n, counted from 1, of a file that Writer has written, and its resolution. It reads no further
// than that page.
func ReadPage(file io.Reader, n int) (Page, Resolution, error) {
	r, err := NewReader(file)
	for page := 1; page < n && err == nil && r.page != nil; page++ {
		err = r.leave(0)
	}
	if err != nil {
		return Page{}, "", err
	}
	if r.page == nil || n < 1 {
		return Page{}, "", ErrNoPage
	}
	page, err := decode(io.LimitReader(r.from, int64(r.page.size())), r.page.lines())
	return page, r.page.resolution(), err
}

// ended returns errForeign for a malformed or truncated file, and other read errors unchanged.
func ended(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errForeign
	}
	return err
}

func decode(code io.Reader, lines int) (Page, error) {
	page := New(lines)
	decoded := ccitt.NewReader(code, ccitt.MSB, ccitt.Group4, Width, lines, &ccitt.Options{Invert: true})
	if _, err := io.ReadFull(decoded, page.Bits); err != nil {
		return Page{}, fmt.Errorf("%w: %w", errForeign, err)
	}
	return page, nil
}

func (d directory) size() int { return int(d.value(tagStripByteCounts)) }

func (d directory) lines() int { return int(d.value(tagLength)) }

func (d directory) last() bool { return binary.LittleEndian.Uint32(d[extrasAt-4:]) == 0 }

func (d directory) resolution() Resolution {
	if binary.LittleEndian.Uint32(d[extrasAt+8:]) == uint32(Standard.LinesPerInch()) { //nolint:gosec // 98
		return Standard
	}
	return Fine
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

// Picture returns a page for display, with square pixels, which a fax does not have.
func Picture(page Page, resolution Resolution) image.Image {
	height := page.Lines() * PerInch / resolution.LinesPerInch()
	picture := image.NewPaletted(image.Rect(0, 0, Width, height), color.Palette{color.White, color.Black})
	for y := range height {
		line := page.Line(y * page.Lines() / height)
		row := picture.Pix[y*picture.Stride:]
		for x := range Width {
			row[x] = line[x/8] >> (7 - x%8) & 1
		}
	}
	return picture
}
