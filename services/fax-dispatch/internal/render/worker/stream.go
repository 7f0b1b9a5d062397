package worker

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

// What a reader takes: nothing that was written honestly is larger.
const (
	maxLines   = 8_000
	maxCode    = 4 << 20 // bytes; Group 4 makes noise larger than it was
	maxRefusal = 64      // bytes
	headerSize = 8
)

// ErrForeign says that something else than pages was read, or less than was written.
var ErrForeign = errors.New("what was read is no page")

// Writer writes pages, and then the end.
type Writer struct {
	to *bufio.Writer
}

// NewWriter returns a writer.
func NewWriter(to io.Writer) *Writer { return &Writer{bufio.NewWriterSize(to, 1<<16)} }

// Add writes a page and lets the reader have it at once.
func (w *Writer) Add(page document.Page) error {
	if page.Lines < 1 || page.Lines > maxLines || len(page.Code) > maxCode {
		return fmt.Errorf("a page of %d lines and %d bytes", page.Lines, len(page.Code))
	}
	return w.write(page.Lines, page.Code)
}

// End says that all pages were written, or why the document was refused.
func (w *Writer) End(refusal document.Refusal) error { return w.write(0, []byte(refusal)) }

func (w *Writer) write(lines int, content []byte) error {
	var header [headerSize]byte
	binary.BigEndian.PutUint32(header[:], uint32(lines))         //nolint:gosec // at most maxLines
	binary.BigEndian.PutUint32(header[4:], uint32(len(content))) //nolint:gosec // at most maxCode
	if _, err := w.to.Write(header[:]); err != nil {
		return err
	}
	if _, err := w.to.Write(content); err != nil {
		return err
	}
	return w.to.Flush()
}

// Reader reads what a Writer has written.
type Reader struct {
	from *bufio.Reader
}

// NewReader returns a reader.
func NewReader(from io.Reader) *Reader { return &Reader{bufio.NewReaderSize(from, 1<<16)} }

// Next returns the next page, io.EOF after the end, or the document.Refusal of the end. ErrForeign
// says that the writer did not come to an end.
func (r *Reader) Next() (document.Page, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r.from, header[:]); err != nil {
		return document.Page{}, fmt.Errorf("%w: it ends too soon", ErrForeign)
	}
	lines, size := binary.BigEndian.Uint32(header[:]), binary.BigEndian.Uint32(header[4:])
	if lines > maxLines || size > maxCode || lines == 0 && size > maxRefusal {
		return document.Page{}, ErrForeign
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(r.from, content); err != nil {
		return document.Page{}, fmt.Errorf("%w: it ends too soon", ErrForeign)
	}
	switch {
	case lines > 0:
		return document.Page{Lines: int(lines), Code: content}, nil
	case size == 0:
		return document.Page{}, io.EOF
	default:
		return document.Page{}, document.Refusal(content)
	}
}
