package pdf

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// Info is poppler's program that tells what is in a file, of the package of Poppler.
const Info = "pdfinfo"

// size is the size of a page before it is rotated, in inches, and how it is rotated.
type size struct {
	width, height float64
	unit          float64 // how many points a unit of the page has, of which poppler takes no notice; 0 is 1
	rotated       int     // degrees clockwise, a multiple of 90 from 0 to 270
}

// lying reports whether width and height are exchanged when the page is shown.
func (s size) lying() bool { return s.rotated%180 != 0 }

// judge asks the program at a path which pages a file declares. What draws is what judges: a file that it can draw is
// faxed, however it breaks the specification, unless pages are lost.
func judge(ctx context.Context, program string, content []byte) ([]size, error) {
	command := exec.CommandContext(ctx, program, "-f", "1", "-l", strconv.Itoa(document.MaxPages), "-")
	command.Env, command.Dir = []string{}, "/"
	var said complaints
	command.Stdin, command.Stderr = bytes.NewReader(content), &said
	var told report
	err := sandbox.RunTool(command, sandbox.ToolMemory, func(out io.Reader, _ func() error) (err error) {
		told, err = parse(out)
		return err
	})
	switch {
	case errors.Is(err, sandbox.ErrExceeded):
		return nil, document.ErrTooComplex
	case err != nil:
		return nil, err
	case said.contain("Incorrect password"):
		return nil, document.ErrEncrypted
	case said.contain("Invalid page count 0") || told.counted && told.count == 0:
		return nil, document.ErrEmpty
	case !told.counted:
		return nil, document.ErrDamaged
	case told.forbidden:
		return nil, document.ErrPrintingForbidden
	case told.count > document.MaxPages:
		return nil, document.ErrTooLong
	case len(told.pages) != told.count, isCutOff(content) && said.contain("xref"):
		return nil, document.ErrDamaged
	}
	return told.pages, nil
}

// report is what Info says.
type report struct {
	counted   bool
	count     int
	forbidden bool // to print
	pages     []size
}

// parse reads lines as "Pages: 2" and "Page    1 size:  612 x 792 pts (letter)".
func parse(out io.Reader) (r report, err error) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimSpace(value)
		switch words := strings.Fields(name); {
		case name == "Pages":
			r.count, err = strconv.Atoi(value)
			r.counted = err == nil
		case name == "Encrypted":
			r.forbidden = strings.Contains(value, "print:no")
		case len(words) == 3 && words[0] == "Page" && words[2] == "size":
			page := size{}
			_, err = fmt.Sscanf(value, "%f x %f pts", &page.width, &page.height)
			r.pages = append(r.pages, inInches(page))
		case len(words) == 3 && words[0] == "Page" && words[2] == "rot" && len(r.pages) > 0:
			r.pages[len(r.pages)-1].rotated, err = strconv.Atoi(value)
		}
		if err != nil {
			return r, fmt.Errorf("what %s says: %q: %w", Info, lines.Text(), err)
		}
	}
	_, err = io.Copy(io.Discard, out) // a line that is too long is of no interest
	return r, err
}

// inInches takes a page that is too small to be one for a letter.
func inInches(s size) size {
	const pointsPerInch, letterWidth, letterHeight = 72, 8.5, 11
	if s.width < 1 || s.height < 1 {
		return size{width: letterWidth, height: letterHeight}
	}
	return size{width: s.width / pointsPerInch, height: s.height / pointsPerInch}
}

// isCutOff reports whether the end of the file is missing, by which programs find the list of its objects. They make a
// new one of what is there, and what was lost is not drawn.
func isCutOff(content []byte) bool {
	const end = 4 << 10 // Adobe's reader looks for it in the last 1,024 bytes
	tail := content[max(0, len(content)-end):]
	return !bytes.Contains(tail, []byte("%%EOF")) && !bytes.Contains(tail, []byte("startxref"))
}

// complaints keeps the first of what a program says.
type complaints struct{ bytes.Buffer }

const longestComplaints = 16 << 10 // bytes

func (c *complaints) Write(p []byte) (int, error) {
	c.Buffer.Write(p[:min(len(p), max(0, longestComplaints-c.Len()))])
	return len(p), nil
}

func (c *complaints) contain(words string) bool { return bytes.Contains(c.Bytes(), []byte(words)) }
