package faxpage

import (
	"encoding/binary"
	"errors"
	"io"
)

// The tags of a page, with their numbers from TIFF 6.0.
const (
	tagSubfileType     = 254
	tagWidth           = 256
	tagLength          = 257
	tagBitsPerSample   = 258
	tagCompression     = 259
	tagPhotometric     = 262
	tagFillOrder       = 266
	tagStripOffsets    = 273
	tagOrientation     = 274
	tagSamplesPerPixel = 277
	tagRowsPerStrip    = 278
	tagStripByteCounts = 279
	tagXResolution     = 282
	tagYResolution     = 283
	tagT6Options       = 293
	tagResolutionUnit  = 296
	tagPageNumber      = 297
	tagSoftware        = 305
)

const (
	typeASCII    = 2
	typeShort    = 3
	typeLong     = 4
	typeRational = 5
)

const (
	headerSize = 8
	entrySize  = 12
	entries    = 18
	software   = "mintfax\x00"
	// After a directory follow the values that do not fit in its entries, then the strip.
	extrasAt      = 2 + entries*entrySize + 4
	extrasSize    = 8 + 8 + len(software)
	directorySize = extrasAt + extrasSize
)

// maxSize keeps offsets within the 32 bits of a TIFF offset.
const maxSize = 1 << 31

var errTooLarge = errors.New("the pages do not fit in a TIFF file")

// Writer writes pages one after the other, each in one strip. It holds back a page until it knows whether
// another one follows.
type Writer struct {
	to         io.Writer
	resolution Resolution
	at         int // where the held page will be
	pages      int
	held       []byte // code of the last page
	lines      int    // of the held page
}

// NewWriter returns a writer of pages of one resolution.
func NewWriter(to io.Writer, resolution Resolution) *Writer {
	return &Writer{to: to, resolution: resolution, at: headerSize}
}

// Add adds a page.
func (w *Writer) Add(page Page) error { return w.AddEncoded(EncodeGroup4(page), page.Lines()) }

// AddEncoded adds an encoded page with the given number of lines.
func (w *Writer) AddEncoded(code []byte, lines int) error {
	if err := w.release(false); err != nil {
		return err
	}
	w.held, w.lines, w.pages = code, lines, w.pages+1
	return nil
}

// Pages returns the number of pages added.
func (w *Writer) Pages() int { return w.pages }

// Close writes the page that is held back. It fails if no page was added.
func (w *Writer) Close() error {
	if w.pages == 0 {
		return errors.New("a TIFF file has at least one page")
	}
	return w.release(true)
}

func (w *Writer) release(last bool) error {
	if w.pages == 0 {
		return w.header()
	}
	end := w.at + directorySize + len(w.held)
	end += end % 2 // directories begin at even offsets
	if end > maxSize {
		return errTooLarge
	}
	next := end
	if last {
		next = 0
	}
	page := append(w.directory(next), w.held...)
	w.at = end
	if _, err := w.to.Write(page); err != nil {
		return err
	}
	if len(page)%2 == 0 {
		return nil
	}
	_, err := w.to.Write([]byte{0})
	return err
}

func (w *Writer) header() error {
	_, err := w.to.Write([]byte{'I', 'I', 42, 0, headerSize, 0, 0, 0})
	return err
}

func (w *Writer) directory(next int) []byte {
	d := make(directory, 0, directorySize)
	extras := w.at + extrasAt
	d = d.short(entries)
	d = d.entry(tagSubfileType, typeLong, 1, 2) // one page of several
	d = d.entry(tagWidth, typeLong, 1, Width)
	d = d.entry(tagLength, typeLong, 1, w.lines)
	d = d.entry(tagBitsPerSample, typeShort, 1, 1)
	d = d.entry(tagCompression, typeShort, 1, 4) // Group 4
	d = d.entry(tagPhotometric, typeShort, 1, 0) // 0 is white
	d = d.entry(tagFillOrder, typeShort, 1, 1)   // the highest bit first
	d = d.entry(tagStripOffsets, typeLong, 1, w.at+directorySize)
	d = d.entry(tagOrientation, typeShort, 1, 1)
	d = d.entry(tagSamplesPerPixel, typeShort, 1, 1)
	d = d.entry(tagRowsPerStrip, typeLong, 1, w.lines)
	d = d.entry(tagStripByteCounts, typeLong, 1, len(w.held))
	d = d.entry(tagXResolution, typeRational, 1, extras)
	d = d.entry(tagYResolution, typeRational, 1, extras+8)
	d = d.entry(tagT6Options, typeLong, 1, 0)
	d = d.entry(tagResolutionUnit, typeShort, 1, 2)     // inch
	d = d.entry(tagPageNumber, typeShort, 2, w.pages-1) // the first is 0, and the number of pages is not known
	d = d.entry(tagSoftware, typeASCII, len(software), extras+16)
	d = d.long(next)
	d = d.long(PerInch).long(1)
	d = d.long(w.resolution.LinesPerInch()).long(1)
	return append(d, software...)
}

type directory []byte

func (d directory) entry(tag uint16, kind, count, value int) directory {
	return d.short(int(tag)).short(kind).long(count).long(value)
}

func (d directory) short(v int) directory { return binary.LittleEndian.AppendUint16(d, uint16(v)) } //nolint:gosec // small
func (d directory) long(v int) directory  { return binary.LittleEndian.AppendUint32(d, uint32(v)) } //nolint:gosec // under maxSize
