package document

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A stream is pages, each with its number of lines and its size before it, and an end: zero lines and the refusal of the
// document, if there is one. What exceeds these limits was not written by a PageWriter.
const (
	maxLines   = 8_000
	maxCode    = 4 << 20 // bytes; Group 4 enlarges noise
	maxRefusal = 64      // bytes
	headerSize = 8
)

// ErrBadOutput means that a worker broke its protocol or ended before the end of its output.
var ErrBadOutput = errors.New("the worker's output is malformed or incomplete")

// PageWriter writes a stream: pages, and then the end. ReadPages reads it.
type PageWriter struct{ to *bufio.Writer }

// NewPageWriter returns a writer to to.
func NewPageWriter(to io.Writer) PageWriter { return PageWriter{bufio.NewWriterSize(to, 1<<16)} }

// Add writes a page, which is flushed at once.
func (w PageWriter) Add(page Page) error {
	if page.Lines < 1 || page.Lines > maxLines || len(page.Code) > maxCode {
		return fmt.Errorf("a page of %d lines and %d bytes", page.Lines, len(page.Code))
	}
	return w.write(page.Lines, page.Code)
}

// End writes that there are no more pages, or why the document is refused.
func (w PageWriter) End(refusal Refusal) error { return w.write(0, []byte(refusal)) }

func (w PageWriter) write(lines int, content []byte) error {
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

// ReadPages passes the pages of a stream to add. It returns the Refusal of the stream's end, or
// ErrBadOutput for a stream without an end.
func ReadPages(out io.Reader, add Sink) error {
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

// nextPage fails with io.EOF, or the Refusal, at the end of a stream.
func nextPage(from io.Reader) (Page, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(from, header[:]); err != nil {
		return Page{}, ErrBadOutput
	}
	lines, size := binary.BigEndian.Uint32(header[:]), binary.BigEndian.Uint32(header[4:])
	if lines > maxLines || size > maxCode || lines == 0 && size > maxRefusal {
		return Page{}, ErrBadOutput
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(from, content); err != nil {
		return Page{}, ErrBadOutput
	}
	switch {
	case lines > 0:
		return Page{Lines: int(lines), Code: content}, nil
	case size == 0:
		return Page{}, io.EOF
	default:
		return Page{}, Refusal(content)
	}
}
