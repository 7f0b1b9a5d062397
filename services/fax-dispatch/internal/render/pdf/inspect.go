package pdf

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// size is the size of a page before it is rotated, in inches, and its rotation.
type size struct {
	width, height float64
	unit          float64 // points in a unit of the page, which poppler ignores; 0 is 1
	rotation      int     // degrees clockwise, a multiple of 90 from 0 to 270
}

// sideways reports whether rotation exchanges width and height.
func (s size) sideways() bool { return s.rotation%180 != 0 }

// inspect lists the pages of a file by the program at a path. The library that draws also validates: a file that it can
// draw is faxed, even one that violates the specification, unless pages are lost.
func inspect(ctx context.Context, program string, content []byte) ([]size, error) {
	stderr := sandbox.NewHead(maxStderr)
	tool := sandbox.Tool{
		Program: program, Args: []string{"-f", "1", "-l", strconv.Itoa(document.MaxPages), "-"},
		Input: content, Stderr: stderr, Memory: sandbox.ToolMemory,
	}
	var file info
	err := tool.Run(ctx, func(out io.Reader, _ func() error) (err error) {
		file, err = parseInfo(out)
		return err
	})
	if err != nil {
		return nil, err
	}
	warned := func(message string) bool { return strings.Contains(stderr.String(), message) }
	switch {
	case warned("Incorrect password"):
		return nil, document.ErrEncrypted
	case warned("Invalid page count 0") || file.counted && file.count == 0:
		return nil, document.ErrEmpty
	case !file.counted:
		return nil, document.ErrDamaged
	case file.unprintable:
		return nil, document.ErrPrintingForbidden
	case file.count > document.MaxPages:
		return nil, document.ErrTooLong
	case len(file.pages) != file.count, isTruncated(content) && warned("xref"):
		return nil, document.ErrDamaged
	}
	return file.pages, nil
}

const maxStderr = 16 << 10 // bytes

// info is the output of pdfinfo.
type info struct {
	counted     bool
	count       int
	unprintable bool
	pages       []size
}

// parseInfo reads lines such as "Pages: 2" and "Page    1 size:  612 x 792 pts (letter)".
func parseInfo(out io.Reader) (file info, err error) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimSpace(value)
		switch words := strings.Fields(name); {
		case name == "Pages":
			file.count, err = strconv.Atoi(value)
			file.counted = err == nil
		case name == "Encrypted":
			file.unprintable = strings.Contains(value, "print:no")
		case len(words) == 3 && words[0] == "Page" && words[2] == "size":
			page := size{}
			_, err = fmt.Sscanf(value, "%f x %f pts", &page.width, &page.height)
			file.pages = append(file.pages, inInches(page))
		case len(words) == 3 && words[0] == "Page" && words[2] == "rot" && len(file.pages) > 0:
			file.pages[len(file.pages)-1].rotation, err = strconv.Atoi(value)
		}
		if err != nil {
			return file, fmt.Errorf("parse the output of %s: %q: %w", document.PopplerInfo, lines.Text(), err)
		}
	}
	_, err = io.Copy(io.Discard, out) // after a line that is too long
	return file, err
}

// inInches converts from points. A size that no page has becomes letter paper.
func inInches(s size) size {
	const pointsPerInch, letterWidth, letterHeight = 72, 8.5, 11
	if s.width < 1 || s.height < 1 {
		return size{width: letterWidth, height: letterHeight}
	}
	return size{width: s.width / pointsPerInch, height: s.height / pointsPerInch}
}

// isTruncated reports whether the end of the file is missing, which points to its cross-reference table. Programs rebuild
// the table from the objects that are left, and lost pages would not be noticed.
func isTruncated(content []byte) bool {
	const end = 4 << 10 // Adobe's reader looks for it in the last 1,024 bytes
	tail := content[max(0, len(content)-end):]
	return !bytes.Contains(tail, []byte("%%EOF")) && !bytes.Contains(tail, []byte("startxref"))
}
