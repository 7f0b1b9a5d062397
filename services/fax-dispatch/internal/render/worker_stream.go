package render

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// A stream is pages, each with its number of lines and its size before it, and an end: zero lines and the refusal of the
// document, if there is one. What exceeds these limits was not written by Main.
const (
	maxLines   = 8_000
	maxCode    = 4 << 20 // bytes; Group 4 enlarges noise
	maxRefusal = 64      // bytes
	headerSize = 8
)

// streamWriter writes pages, and then the end.
type streamWriter struct{ to *bufio.Writer }

func newStreamWriter(to io.Writer) streamWriter { return streamWriter{bufio.NewWriterSize(to, 1<<16)} }

// add writes a page, which is flushed at once.
func (w streamWriter) add(page document.Page) error {
	if page.Lines < 1 || page.Lines > maxLines || len(page.Code) > maxCode {
		return fmt.Errorf("a page of %d lines and %d bytes", page.Lines, len(page.Code))
	}
	return w.write(page.Lines, page.Code)
}

// end writes that there are no more pages, or why the document is refused.
func (w streamWriter) end(refusal document.Refusal) error { return w.write(0, []byte(refusal)) }

func (w streamWriter) write(lines int, content []byte) error {
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

// readPages passes the pages of a stream to add. It returns the document.Refusal of the stream's end, or
// sandbox.ErrBadOutput for a stream without an end.
func readPages(out io.Reader, add document.Sink) error {
	from := bufio.NewReaderSize(out, 1<<16)
	for {
		page, err := nextPage(from)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := add(page); err != nil {
			return err
		}
	}
}

// nextPage fails with io.EOF, or the document.Refusal, at the end of a stream.
func nextPage(from io.Reader) (document.Page, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(from, header[:]); err != nil {
		return document.Page{}, sandbox.ErrBadOutput
	}
	lines, size := binary.BigEndian.Uint32(header[:]), binary.BigEndian.Uint32(header[4:])
	if lines > maxLines || size > maxCode || lines == 0 && size > maxRefusal {
		return document.Page{}, sandbox.ErrBadOutput
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(from, content); err != nil {
		return document.Page{}, sandbox.ErrBadOutput
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
