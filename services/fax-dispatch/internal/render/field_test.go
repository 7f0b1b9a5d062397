package render_test

import (
	"bytes"
	"image/color"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/tiff"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// field is a real file of a fax machine, a scanner or Windows.
func field(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "field", name))
	require.NoError(t, err)
	return content
}

// drawn renders a document and writes its pages for inspection, as requireInk does.
func drawn(t *testing.T, r *render.Renderer, name string, content []byte, resolution faxpage.Resolution) []faxpage.Page {
	t.Helper()
	_, pages, err := rendertest.Pages(t.Context(), r, content, resolution)
	require.NoError(t, err, name)
	requireInk(t, "field-"+name+"-"+string(resolution), tiffOf(t, pages, resolution), resolution)
	var all []faxpage.Page
	for _, page := range pages {
		all = append(all, rendertest.Decoded(t, page))
	}
	return all
}

func blackShare(page faxpage.Page) float64 {
	black := 0
	for _, b := range page.Bits {
		black += bits.OnesCount8(b)
	}
	return float64(black) / float64(len(page.Bits)*8)
}

func TestFilesOfScannersAndFaxServersAreFaxed(t *testing.T) {
	r := rendertest.Renderer(t)
	for _, name := range []string{"g4-min-is-black.tif", "jpeg.tif", "orient6.tif", "enc-emptyuser.pdf", "grey-text.pdf", "junk-before.pdf"} {
		for _, resolution := range []faxpage.Resolution{faxpage.Fine, faxpage.Standard} {
			pages := drawn(t, r, name, field(t, name), resolution)
			require.Len(t, pages, 1, name)
			require.Less(t, blackShare(pages[0]), 0.3, "%s: black on white", name)
		}
	}
}

// libtiff itself brings the file to Group 4, which is read back.
func TestAFaxInGroup3KeepsItsDots(t *testing.T) {
	rendertest.Installed(t, "tiffcp", "libtiff-tools")
	r := rendertest.Renderer(t)
	for name, resolution := range map[string]faxpage.Resolution{"gs-g3.tif": faxpage.Fine, "gs-g32d.tif": faxpage.Standard} {
		copied := filepath.Join(t.TempDir(), name)
		output, err := exec.Command("tiffcp", "-c", "g4", "-r", "100000", filepath.Join("testdata", "field", name), copied).CombinedOutput()
		require.NoError(t, err, "%s", output)
		file, err := os.Open(copied)
		require.NoError(t, err)
		defer file.Close()
		want, err := tiff.Decode(file)
		require.NoError(t, err)
		page := drawn(t, r, name, field(t, name), resolution)[0]
		require.Equal(t, want.Bounds().Dy(), page.Lines())
		for y := range page.Lines() {
			for x := range faxpage.Width {
				if (want.At(x, y) == color.Gray{}) != page.Black(x, y) {
					t.Fatalf("%s: pixel %d, %d", name, x, y)
				}
			}
		}
	}
	pages := drawn(t, r, "gs-g32d.tif", field(t, "gs-g32d.tif"), faxpage.Fine)
	require.Equal(t, 2*1078, pages[0].Lines(), "the sheet keeps its shape")
}

func TestATIFFIsTurnedAsItsTagSays(t *testing.T) {
	r := rendertest.Renderer(t)
	wide, tall := rendertest.Extent(drawn(t, r, "orient6.tif", field(t, "orient6.tif"), faxpage.Fine)[0], faxpage.Fine)
	require.Greater(t, wide, tall, "its 1275 by 1650 pixels lie on the side")
}

func TestATextIsReadInItsEncoding(t *testing.T) {
	r := rendertest.Renderer(t)
	for name, same := range map[string]string{
		"cp1252.txt": "Café “quoted” – naïve €5", "utf16.txt": "Hello UTF-16 Grüße",
	} {
		kind, pages, err := rendertest.Pages(t.Context(), r, field(t, name), faxpage.Fine)
		require.NoError(t, err, name)
		require.Equal(t, document.Text, kind)
		_, wanted, err := rendertest.Pages(t.Context(), r, []byte(same), faxpage.Fine)
		require.NoError(t, err)
		require.Equal(t, wanted, pages, name)
	}
}

func TestAPDFAfterSomethingElseIsDrawnAndNeverItsSource(t *testing.T) {
	r := rendertest.Renderer(t)
	content := field(t, "junk-before.pdf")
	kind, pages, err := rendertest.Pages(t.Context(), r, content, faxpage.Fine)
	require.NoError(t, err)
	require.Equal(t, document.PDF, kind)
	_, wanted, err := rendertest.Pages(t.Context(), r, content[bytes.Index(content, []byte("%PDF-")):], faxpage.Fine)
	require.NoError(t, err)
	require.Equal(t, wanted, pages)
}

func TestARotatedPageKeepsItsShape(t *testing.T) {
	r := rendertest.Renderer(t)
	for _, resolution := range []faxpage.Resolution{faxpage.Fine, faxpage.Standard} {
		page := drawn(t, r, "rotate90.pdf", field(t, "rotate90.pdf"), resolution)[0]
		wide, tall := rendertest.Extent(page, resolution)
		require.InEpsilon(t, 782.0/602, tall/wide, 0.01, resolution)
		require.InDelta(t, 11*resolution.LinesPerInch(), page.Lines(), 3, resolution)
	}
}

func TestALongReceiptStaysLegible(t *testing.T) {
	r := rendertest.Renderer(t)
	_, sheets, err := rendertest.Pages(t.Context(), r, field(t, "long-receipt.pdf"), faxpage.Fine)
	require.NoError(t, err)
	require.Len(t, sheets, 4, "its middle is white, and its end is not")
	for _, resolution := range []faxpage.Resolution{faxpage.Fine, faxpage.Standard} {
		pages := drawn(t, r, "receipt.pdf", rendertest.Receipt(80, 42), resolution)
		require.Len(t, pages, 4, "42 inches on sheets of 11")
		lines := 0
		for _, page := range pages {
			wide, _ := rendertest.Extent(page, resolution)
			require.InDelta(t, 70/25.4, wide, 0.05, "as wide as it was")
			lines += page.Lines()
		}
		require.InDelta(t, 42*resolution.LinesPerInch(), lines, float64(resolution.LinesPerInch()))
	}
}
