package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"math"

	"golang.org/x/image/tiff"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/frame"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/job"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/tone"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// TIFF makes a page of every picture of a TIFF file. Pages of a fax of the same resolution stay as they are,
// pixel by pixel.
func TIFF(content []byte, j job.Job, add job.Sink) error {
	pages, err := tiffPages(content)
	if err != nil {
		return err
	}
	if len(pages) > job.MaxPages {
		return document.ErrTooLong
	}
	for _, page := range pages {
		if page.width > maxBytes/max(page.bits/8, 1)/page.height {
			return document.ErrTooLarge
		}
		decoded, err := tiff.Decode(newOverlay(content, page.at))
		if err != nil {
			return document.ErrDamaged
		}
		if err := add(frame.Encode(tiffToPage(greyOf(decoded), page, j))); err != nil {
			return err
		}
	}
	return nil
}

// tiffToPage keeps what is a fax page already, of the same resolution or the other one.
func tiffToPage(grey *image.Gray, page tiffPage, j job.Job) faxpage.Page {
	from, isFax := faxResolution(page)
	if !isFax || page.height > (job.Job{Resolution: from}).Lines(job.MaxInches) {
		return tone.Page(lay(grey, page.pixelHeight, j), j.Tone)
	}
	lines := page.height * j.Resolution.LinesPerInch() / from.LinesPerInch()
	return tone.Page(Resize(grey, faxpage.Width, max(lines, 1)), tone.Text)
}

func faxResolution(page tiffPage) (faxpage.Resolution, bool) {
	const tolerance = 8 // lines in an inch: 100 and 200 are written for 98 and 196
	if page.width != faxpage.Width || page.bits != 1 {
		return "", false
	}
	for _, resolution := range []faxpage.Resolution{faxpage.Fine, faxpage.Standard} {
		if math.Abs(page.linesPerInch-float64(resolution.LinesPerInch())) <= tolerance {
			return resolution, true
		}
	}
	return "", false
}

// overlay is a TIFF file whose header leads to a certain directory: the decoder knows the first one only.
type overlay struct {
	*bytes.Reader
	header [8]byte
}

func newOverlay(content []byte, directory uint32) *overlay {
	o := &overlay{Reader: bytes.NewReader(content)}
	copy(o.header[:], content)
	order := binary.ByteOrder(binary.LittleEndian)
	if content[0] == 'M' {
		order = binary.BigEndian
	}
	order.PutUint32(o.header[4:], directory)
	return o
}

// ReadAt implements io.ReaderAt, by which the decoder reads.
func (o *overlay) ReadAt(p []byte, at int64) (int, error) {
	n, err := o.Reader.ReadAt(p, at)
	if at < int64(len(o.header)) {
		copy(p[:n], o.header[at:])
	}
	return n, err
}
