package render_test

import (
	"bytes"
	"errors"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/faxpage"
)

const poem = "Straße, Čeština, Ελληνικά, Русский.\n"

func corpus(t *testing.T) map[string]struct {
	content []byte
	kind    document.Type
	pages   int
} {
	t.Helper()
	lying, standing, tall, stamp := fpdf.SizeType{Wd: 842, Ht: 595}, fpdf.SizeType{Wd: 595, Ht: 842}, fpdf.SizeType{Wd: 842, Ht: 1191}, fpdf.SizeType{Wd: 200, Ht: 150}
	return map[string]struct {
		content []byte
		kind    document.Type
		pages   int
	}{
		"text":      {[]byte(strings.Repeat(poem, 130)), document.Text, 3},
		"arabic":    {[]byte("السلام عليكم ورحمة الله\nשלום עולם\nEnglish again\n"), document.Text, 1},
		"chinese":   {[]byte(strings.Repeat("传真机收到了医院的信。日本語のファックス。\n", 20)), document.Text, 1},
		"letter":    {rendertest.TextPDF(20), document.PDF, 20},
		"photos":    {rendertest.PhotoPDF(2), document.PDF, 2},
		"mixed":     {rendertest.MixedPDF(standing, lying, tall, stamp, standing), document.PDF, 5},
		"png":       {pngOf(t, rendertest.Photo(1200, 900, 1)), document.PNG, 1},
		"small-png": {pngOf(t, rendertest.Photo(60, 80, 1)), document.PNG, 1},
		"jpeg":      {rendertest.JPEG(3000, 4000, 2), document.JPEG, 1},
		"tiff":      {faxTIFF(t, faxpage.Fine, 3), document.TIFF, 3},
		"html":      {[]byte(`<!doctype html><html><head><title>x</title></head><body><h1>Discharge letter</h1><p>Dear <b>colleague</b>,</p><table border="1"><tr><td>Drug</td><td>Dose</td></tr><tr><td>Aspirin</td><td>100 mg</td></tr></table></body></html>`), document.HTML, 1},
		"docx":      {rendertest.DOCX("Dear colleague,", "the patient is well.", "سلام"), document.DOCX, 1},
		"xlsx":      {rendertest.XLSX(60, 5), document.XLSX, 2},
	}
}

// The pages are valid for libtiff, of the width and the resolution of a fax, and as many as the document has.
// PAGES_DIR names a directory for PNG files of them, for inspection.
func TestEveryTypeOfDocumentBecomesFaxPages(t *testing.T) {
	rendertest.Installed(t, "tiffinfo", "libtiff-tools")
	r := rendertest.Renderer(t)
	for name, want := range corpus(t) {
		for _, resolution := range []faxpage.Resolution{faxpage.Fine, faxpage.Standard} {
			kind, pages, err := rendertest.Pages(t.Context(), r, want.content, resolution)
			require.NoError(t, err, name)
			require.Equal(t, want.kind, kind, name)
			require.Len(t, pages, want.pages, name)
			file := tiffOf(t, pages, resolution)
			path := filepath.Join(t.TempDir(), "fax.tif")
			require.NoError(t, os.WriteFile(path, file, 0o600))
			output, err := exec.Command("tiffinfo", "-D", path).CombinedOutput()
			require.NoError(t, err, "%s: %s", name, output)
			require.NotContains(t, strings.ToLower(string(output)), "warning", name)
			require.Equal(t, want.pages, strings.Count(string(output), "Image Width: 1728 "), name)
			requireInk(t, name+"-"+string(resolution), file, resolution)
		}
	}
}

func tiffOf(t *testing.T, pages []document.Page, resolution faxpage.Resolution) []byte {
	t.Helper()
	var out bytes.Buffer
	w := faxpage.NewWriter(&out, resolution)
	for _, page := range pages {
		require.NoError(t, w.AddEncoded(page.Code, page.Lines))
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// requireInk checks that no page is white.
func requireInk(t *testing.T, name string, file []byte, resolution faxpage.Resolution) {
	t.Helper()
	for n := 1; ; n++ {
		page, _, err := faxpage.ReadPage(bytes.NewReader(file), n)
		if errors.Is(err, faxpage.ErrNoPage) {
			require.Greater(t, n, 1, name)
			return
		}
		require.NoError(t, err)
		require.NotZero(t, blackShare(page), "%s: page %d is white", name, n)
		if dir := os.Getenv("PAGES_DIR"); dir != "" && n <= 5 {
			var out bytes.Buffer
			require.NoError(t, png.Encode(&out, faxpage.Picture(page, resolution)))
			require.NoError(t, os.WriteFile(filepath.Join(dir, name+"-"+string(rune('0'+n))+".png"), out.Bytes(), 0o600))
		}
	}
}

func TestPagesOfAFaxStayAsTheyAre(t *testing.T) {
	r := rendertest.Renderer(t)
	for _, resolution := range []faxpage.Resolution{faxpage.Fine, faxpage.Standard} {
		original := faxTIFF(t, resolution, 3)
		_, pages, err := rendertest.Pages(t.Context(), r, original, resolution)
		require.NoError(t, err)
		require.True(t, bytes.Equal(original, tiffOf(t, pages, resolution)), resolution)
	}
	_, pages, err := rendertest.Pages(t.Context(), r, faxTIFF(t, faxpage.Standard, 1), faxpage.Fine)
	require.NoError(t, err)
	require.Equal(t, 2*1100, pages[0].Lines, "each line twice")
}

func faxTIFF(t *testing.T, resolution faxpage.Resolution, count int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := faxpage.NewWriter(&out, resolution)
	for n := range count {
		page := faxpage.New(1100)
		for y := 100; y < 1000; y++ {
			for x := range faxpage.Width {
				if (x/(8+n)+y/16)%5 == 0 {
					page.Blacken(x, y)
				}
			}
		}
		require.NoError(t, w.Add(page))
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestPdfiumMakesTheSamePages(t *testing.T) {
	program := rendertest.Worker(t, render.Worker)
	none, err := office.NewLocal(program, "")
	require.NoError(t, err)
	r, err := render.WithPdfium(t.Context(), program, "", none)
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	for name, want := range corpus(t) {
		if want.kind != document.PDF {
			continue
		}
		_, pages, err := rendertest.Pages(t.Context(), r, want.content, faxpage.Fine)
		require.NoError(t, err, name)
		_, same, err := rendertest.Pages(t.Context(), rendertest.Renderer(t), want.content, faxpage.Fine)
		require.NoError(t, err, name)
		require.Len(t, pages, want.pages, name)
		for i := range pages {
			require.InDelta(t, same[i].Lines, pages[i].Lines, 2, "%s: page %d", name, i+1)
		}
		requireInk(t, "pdfium-"+name, tiffOf(t, pages, faxpage.Fine), faxpage.Fine)
	}
	_, _, err = rendertest.Pages(t.Context(), r, rendertest.TextPDF(1)[:600], faxpage.Fine)
	require.ErrorIs(t, err, document.ErrDamaged)
}
