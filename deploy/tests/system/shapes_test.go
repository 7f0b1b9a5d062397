package system_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/hostile"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// sheet is a page in inches with a frame half an inch from its edges.
type sheet struct{ width, height float64 }

const inset = 0.5 // inches

// frame is the shape of the frame as it has to be on the fax: its long side in its short ones.
func (s sheet) frame() float64 {
	long, short := max(s.width, s.height)-2*inset, min(s.width, s.height)-2*inset
	return long / short
}

// pdf is a page that is shown as the sheet: by its box, or rotated from a box that lies the other way.
func (s sheet) pdf(rotated int) []byte {
	const points = 72
	wide, tall := s.width*points, s.height*points
	if rotated%180 != 0 {
		wide, tall = tall, wide
	}
	drawing := fmt.Sprintf("3 w %d %d %g %g re S", points/2, points/2, wide-points, tall-points)
	return hostile.PDFOf(
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Rotate %d/Contents 4 0 R>>", wide, tall, rotated),
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(drawing), drawing),
	)
}

// picture is the sheet with so many pixels in an inch across and down.
func (s sheet) picture(across, down float64) *image.Gray {
	grey := image.NewGray(image.Rect(0, 0, int(s.width*across), int(s.height*down)))
	for y := range grey.Rect.Dy() {
		for x := range grey.Rect.Dx() {
			fromX := min(float64(x), float64(grey.Rect.Dx()-1-x)) / across
			fromY := min(float64(y), float64(grey.Rect.Dy()-1-y)) / down
			edge := min(fromX, fromY) - inset
			grey.SetGray(x, y, color.Gray{Y: 255})
			if edge >= 0 && edge < 0.03 {
				grey.SetGray(x, y, color.Gray{})
			}
		}
	}
	return grey
}

// tiff is the sheet as a scanner keeps it: turned and mirrored, with the tag of its orientation, which undoes that.
func (s sheet) tiff(across, down uint32, orientation uint16) []byte {
	if orientation >= 5 {
		s.width, s.height = s.height, s.width
	}
	grey := s.picture(float64(across), float64(down))
	le := binary.LittleEndian
	out := le.AppendUint32([]byte("II*\x00"), uint32(8+len(grey.Pix)+16))
	out = append(out, grey.Pix...)
	resolutions := uint32(len(out))
	for _, v := range []uint32{across, 1, down, 1} {
		out = le.AppendUint32(out, v)
	}
	const short, long, ratio = 3, 4, 5
	entries := [][3]uint32{
		{256, long, uint32(grey.Rect.Dx())},
		{257, long, uint32(grey.Rect.Dy())},
		{258, short, 8},
		{259, short, 1},
		{262, short, 1},
		{273, long, 8},
		{274, short, uint32(orientation)},
		{277, short, 1},
		{278, long, uint32(grey.Rect.Dy())},
		{279, long, uint32(len(grey.Pix))},
		{282, ratio, resolutions},
		{283, ratio, resolutions + 8},
		{296, short, 2},
	}
	out = le.AppendUint16(out, uint16(len(entries)))
	for _, e := range entries {
		out = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(out, uint16(e[0])), uint16(e[1])), 1), e[2])
	}
	return le.AppendUint32(out, 0)
}

const perInch = 100 // pixels of pictures

// documents are the sheet in every type that has a shape of its own, turned in two ways or in all.
func (s sheet) documents(t *testing.T, inAll bool) map[string][]byte {
	t.Helper()
	var asPNG, asJPEG bytes.Buffer
	require.NoError(t, png.Encode(&asPNG, s.picture(perInch, perInch)))
	require.NoError(t, jpeg.Encode(&asJPEG, s.picture(perInch, perInch), nil))
	all := map[string][]byte{"png": asPNG.Bytes(), "jpeg": asJPEG.Bytes(), "tiff with flat pixels": s.tiff(2*perInch, perInch, 1)}
	rotations, orientations := []int{0, 90}, []uint16{6}
	if inAll {
		rotations, orientations = []int{0, 90, 180, 270}, []uint16{1, 2, 3, 4, 5, 6, 7, 8}
	}
	for _, rotated := range rotations {
		all[fmt.Sprintf("pdf, rotated by %d", rotated)] = s.pdf(rotated)
	}
	for _, orientation := range orientations {
		all[fmt.Sprintf("tiff, orientation %d", orientation)] = s.tiff(perInch, perInch, orientation)
	}
	return all
}

// The frame that was drawn is measured on the pages that the API returns.
func TestEveryPageKeepsItsShape(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	sheets := map[string]sheet{
		"letter": {8.5, 11}, "A4": {8.27, 11.69}, "legal": {8.5, 14}, "A5": {5.83, 8.27}, "tabloid": {11, 17}, "A3": {11.69, 16.54},
	}
	for name, upright := range sheets {
		for _, s := range []sheet{upright, {upright.height, upright.width}} {
			for kind, content := range s.documents(t, name == "letter") {
				for _, resolution := range []faxpage.Resolution{faxpage.Fine, faxpage.Standard} {
					page := b.sentPage(t, a.TestKey, content, resolution)
					wide, tall := extent(page, resolution)
					what := fmt.Sprintf("%s, %g by %g, %s, %s", name, s.width, s.height, kind, resolution)
					require.InEpsilon(t, s.frame(), max(wide, tall)/min(wide, tall), 0.01, what)
					require.LessOrEqual(t, float64(page.Lines())/float64(resolution.LinesPerInch()), 14.1, what)
				}
			}
		}
	}
}

func (b bench) sentPage(t *testing.T, key string, content []byte, resolution faxpage.Resolution) faxpage.Page {
	t.Helper()
	answer, err := b.SendFax(t.Context(), key, apiclient.Upload{
		To: "+15005550001", FileName: "f", File: content, Fields: map[string]string{"resolution": string(resolution)},
	})
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, answer.Status, "%s", answer.Body)
	var fax faxView
	require.NoError(t, answer.Decode(&fax))
	require.Equal(t, 1, fax.Pages)
	file := b.do(t, http.StatusOK, "GET", "/v1/faxes/"+fax.ID+"/image", key, nil).Body
	page, _, err := faxpage.ReadPage(bytes.NewReader(file), 1)
	require.NoError(t, err)
	return page
}

// extent is how wide and how tall what is black on a page is on paper, in inches.
func extent(page faxpage.Page, resolution faxpage.Resolution) (wide, tall float64) {
	left, right, top, bottom := math.MaxInt, 0, math.MaxInt, 0
	for y := range page.Lines() {
		for x := range faxpage.Width {
			if page.Black(x, y) {
				left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
			}
		}
	}
	return float64(right-left+1) / faxpage.PerInch, float64(bottom-top+1) / float64(resolution.LinesPerInch())
}
