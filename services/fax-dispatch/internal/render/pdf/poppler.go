package pdf

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"os/exec"
	"strconv"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxpage"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxpage/tone"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/budget"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/job"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/picture"
)

// Poppler is the program that draws: poppler's, of the Debian package poppler-utils.
const Poppler = "pdftoppm"

// Pages makes the pages of a PDF file with the program at a path, which has no more than this process may have.
func Pages(program string, content []byte, j job.Job, add job.Sink) error {
	found, err := read(content)
	if err != nil {
		return err
	}
	for _, r := range runsOf(found.pages, j) {
		grey := r.turned || found.pictures || j.Tone == tone.Photo
		if err := r.draw(program, content, grey, func(g *image.Gray, b *bitmap) error { return add(r.page(g, b, j)) }); err != nil {
			return err
		}
	}
	return nil
}

// draw has pdftoppm draw the pages of a run. Without greys it draws faster: each pixel is black or white.
func (r run) draw(program string, content []byte, grey bool, add func(*image.Gray, *bitmap) error) error {
	depth := "-mono"
	if grey {
		depth = "-gray"
	}
	command := exec.Command(program, depth, "-aa", "no", "-aaVector", "no", "-cropbox",
		"-f", strconv.Itoa(r.first), "-l", strconv.Itoa(r.last), "-rx", number2(r.perInchX), "-ry", number2(r.perInchY), "-")
	command.Env, command.Dir = []string{}, "/"
	command.Stdin = bytes.NewReader(content)
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", program, err)
	}
	drawn, err := pictures(out, r.last-r.first+1, func(g *image.Gray, b *bitmap) error {
		if err := budget.Page(command.Process.Pid); err != nil {
			return err
		}
		return add(g, b)
	})
	if err != nil {
		_ = command.Process.Kill() // it may have ended
	}
	ended := command.Wait()
	switch {
	case err != nil:
		return err
	case drawn != r.last-r.first+1:
		return document.ErrDamaged // whatever it says of itself
	case ended != nil && !errors.As(ended, new(*exec.ExitError)):
		return ended
	}
	return nil
}

// pictures reads up to count pictures, each of which is a page.
func pictures(out io.Reader, count int, add func(*image.Gray, *bitmap) error) (int, error) {
	from := bufio.NewReaderSize(out, 1<<20)
	for n := range count {
		grey, bits, err := nextPicture(from)
		if errors.Is(err, io.EOF) || errors.Is(err, errPicture) || errors.Is(err, io.ErrUnexpectedEOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if err := add(grey, bits); err != nil {
			return n, err
		}
	}
	return count, nil
}

func (r run) page(grey *image.Gray, bits *bitmap, j job.Job) faxpage.Page {
	if bits != nil {
		return placeBits(bits)
	}
	if r.turned {
		grey = picture.Turn(grey)
	}
	return tone.Page(placeGrey(grey), j.Tone)
}

func number2(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
