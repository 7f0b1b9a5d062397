package render_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// timeout allows for a loaded machine: a document has three seconds of CPU time for its first page.
const timeout = 30 * time.Second

func TestEveryRefusalHasItsReasonInTime(t *testing.T) {
	photo, picture, twoPages := rendertest.JPEG(300, 300, 1), pngOf(t, rendertest.Photo(300, 300, 1)), rendertest.TextPDF(2)
	fax := faxTIFF(t, faxpage.Fine, 2)
	r := rendertest.Renderer(t)
	for name, c := range map[string]struct {
		content []byte
		want    document.Refusal
	}{
		"nothing":                     {nil, document.ErrEmpty},
		"white space":                 {[]byte(" \n\f\n"), document.ErrEmpty},
		"a program":                   {[]byte("\x7fELF\x02\x01\x01\x00"), document.ErrUnsupported},
		"the start of an archive":     {[]byte("PK\x03\x04\x14\x00"), document.ErrUnsupported},
		"RTF":                         {[]byte(`{\rtf1 hello}`), document.ErrUnsupported},
		"PostScript":                  {[]byte("%!PS-Adobe-3.0\n"), document.ErrUnsupported},
		"SVG":                         {[]byte("<svg xmlns='x'></svg>"), document.ErrUnsupported},
		"GIF":                         {[]byte("GIF89a"), document.ErrUnsupported},
		"half a header of a TIFF":     {[]byte("II+\x00\x08\x00\x00\x00"), document.ErrDamaged},
		"binary after text":           {append([]byte(strings.Repeat("text ", 300)), 0), document.ErrUnsupported},
		"a text of a book":            {bytes.Repeat([]byte("line\n"), 60*351), document.ErrTooLong},
		"a PDF with a password":       {encrypted(t, "user", model.PermissionsAll), document.ErrEncrypted},
		"a PDF nobody may print":      {encrypted(t, "", model.PermissionsNone), document.ErrPrintingForbidden},
		"a document with a password":  {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Join(strings.Split("EncryptedPackage", ""), "\x00") + "\x00"), document.ErrEncrypted},
		"an older document":           {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1WordDocument"), document.ErrUnsupported},
		"escape sequences":            {[]byte("\x1b[31mred\x1b[0m\n"), document.ErrEscapes},
		"a text in KOI8":              {[]byte("\xf0\xd2\xc9\xd7\xc5\xd4\n"), document.ErrUnsupported},
		"half a text in UTF-16":       {[]byte("\xff\xfea\x00b"), document.ErrUnsupported},
		"a page of HTML in UTF-16":    {[]byte("\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00"), document.ErrUnsupported},
		"a PDF's first bytes":         {[]byte("%PDF-1.7\n"), document.ErrDamaged},
		"half a PDF":                  {twoPages[:len(twoPages)/2], document.ErrDamaged},
		"a PDF that is noise":         {append([]byte("%PDF-1.7\n"), photo...), document.ErrDamaged},
		"a PDF that lies about pages": {rawPDF(1, 5), document.ErrDamaged},
		"a PDF without pages":         {rawPDF(0, 0), document.ErrEmpty},
		"a PDF of 351 pages":          {rawPDF(351, 351), document.ErrTooLong},
		"a PDF of a million pages":    {rawPDF(1_000_000, 1), document.ErrDamaged},
		"a PDF whose pages circle":    {circlePDF(), document.ErrDamaged},
		"a PDF that swells":           {bombPDF(), document.ErrTooComplex},
		"a PDF that fills the memory": {savedStates(200_000), document.ErrDamaged},
		"half a PNG":                  {picture[:len(picture)/2], document.ErrDamaged},
		"a PNG without its end":       {picture[:len(picture)-12], document.ErrDamaged},
		"a PNG with a flipped bit":    {flipped(picture), document.ErrDamaged},
		"a PNG of a billion pixels":   {hugePNG(t, 40_000, 40_000), document.ErrTooLarge},
		"half a JPEG":                 {photo[:len(photo)/2], document.ErrDamaged},
		"a JPEG's first bytes":        {photo[:4], document.ErrDamaged},
		"half a TIFF":                 {fax[:len(fax)/2], document.ErrDamaged},
		"a TIFF of 65,535 squared":    {hugeTIFF(), document.ErrTooLarge},
		"a TIFF whose pages circle":   {circleTIFF(t), document.ErrDamaged},
		"a DOCX of noise":             {rendertest.DOCXOf("<w:p", ""), document.ErrDamaged},
	} {
		began := time.Now()
		_, _, err := rendertest.Pages(t.Context(), r, c.content, faxpage.Fine)
		assert.ErrorIs(t, err, c.want, name)
		assert.Less(t, time.Since(began), timeout, name)
	}
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "mintfax-office-*"))
	require.NoError(t, err)
	require.Empty(t, left, "leftover files")
}

func pngOf(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, picture))
	return out.Bytes()
}

// encrypted is a PDF file with a user's password, or none, that allows to print it or nothing.
func encrypted(t *testing.T, userPassword string, allowed model.PermissionFlags) []byte {
	t.Helper()
	api.DisableConfigDir()
	config := model.NewAESConfiguration(userPassword, "owner", 256)
	config.Permissions = allowed
	var out bytes.Buffer
	require.NoError(t, api.Encrypt(bytes.NewReader(rendertest.TextPDF(1)), &out, config))
	return out.Bytes()
}

func flipped(content []byte) []byte {
	changed := bytes.Clone(content)
	changed[len(changed)/2] ^= 1
	return changed
}

// hugePNG declares a size far larger than its data.
func hugePNG(t *testing.T, width, height uint32) []byte {
	t.Helper()
	small := pngOf(t, image.NewGray(image.Rect(0, 0, 1, 1)))
	header := small[12:29] // the type and data of IHDR
	binary.BigEndian.PutUint32(header[4:], width)
	binary.BigEndian.PutUint32(header[8:], height)
	binary.BigEndian.PutUint32(small[29:], crc32.ChecksumIEEE(header))
	return small
}

// hugeTIFF is a picture of one bit for a pixel, 65,535 wide and high, with a strip of four bytes.
func hugeTIFF() []byte {
	entries := [][3]uint32{{256, 4, 65_535}, {257, 4, 65_535}, {258, 3, 1}, {259, 3, 1}, {262, 3, 0}, {273, 4, 8}, {279, 4, 4}}
	file := append([]byte("II*\x00\x0c\x00\x00\x00"), 1, 2, 3, 4)
	file = binary.LittleEndian.AppendUint16(file, uint16(len(entries)))
	for _, e := range entries {
		file = binary.LittleEndian.AppendUint16(file, uint16(e[0]))
		file = binary.LittleEndian.AppendUint16(file, uint16(e[1]))
		file = binary.LittleEndian.AppendUint32(file, 1)
		file = binary.LittleEndian.AppendUint32(file, e[2])
	}
	return append(file, 0, 0, 0, 0)
}

func circleTIFF(t *testing.T) []byte {
	t.Helper()
	file := faxTIFF(t, faxpage.Fine, 1)
	entries := int(binary.LittleEndian.Uint16(file[8:]))
	binary.LittleEndian.PutUint32(file[10+entries*12:], 8)
	return file
}

// pdfOf is a PDF file of these objects, the first of which is its catalogue.
func pdfOf(objects ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var offsets []int
	for i, object := range objects {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return out.Bytes()
}

// rawPDF declares count pages and has the given number of them.
func rawPDF(declared, real int) []byte {
	var kids strings.Builder
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", ""}
	for i := range real {
		fmt.Fprintf(&kids, "%d 0 R ", i+3)
		objects = append(objects, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>")
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", declared, kids.String())
	return pdfOf(objects...)
}

func circlePDF() []byte {
	return pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Pages/Parent 2 0 R/Count 1/Kids[2 0 R]>>")
}

// bombPDF has a picture of a gigabyte in a megabyte.
func bombPDF() []byte {
	var packed bytes.Buffer
	w, _ := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	zeros := make([]byte, 1<<20)
	for range 1000 {
		_, _ = w.Write(zeros)
	}
	_ = w.Close()
	return pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>",
		fmt.Sprintf("<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream", packed.Len(), packed.String()))
}

// savedStates are three pages of which the second one saves its state so many times, each for 3 kB of memory.
func savedStates(times int) []byte {
	operators := strings.Repeat("q ", times) + "0 0 300 300 re f" + strings.Repeat(" Q", times)
	page := "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R>>"
	return pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 3/Kids[3 0 R 4 0 R 5 0 R]>>",
		fmt.Sprintf(page, 6), fmt.Sprintf(page, 7), fmt.Sprintf(page, 6), "<</Length 16>>stream\n0 0 300 300 re f\nendstream",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(operators), operators))
}

func TestAPageThatExceedsTheSharedMemoryIsDrawnByASingleTool(t *testing.T) {
	_, pages, err := rendertest.Pages(t.Context(), rendertest.Renderer(t), savedStates(40_000), faxpage.Fine)
	require.NoError(t, err)
	require.Len(t, pages, 3)
	require.Equal(t, pages[0].Code, pages[1].Code, "all three look alike")
	require.Equal(t, pages[0].Code, pages[2].Code)
}

func TestAWorkerThatFailsOrIsCancelledSaysNothingAboutTheDocument(t *testing.T) {
	none, err := office.NewLocal("/nonexistent", "")
	require.NoError(t, err)
	var refusal document.Refusal
	for _, program := range []string{"/bin/false", "/bin/true", "/nonexistent"} {
		r := render.New(render.NewWorkerPool(program, rendertest.Programs(t), 1), none)
		_, _, err := rendertest.Pages(t.Context(), r, rendertest.TextPDF(1), faxpage.Fine)
		require.Error(t, err, program)
		require.False(t, errors.As(err, &refusal), program)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = rendertest.Pages(ctx, rendertest.Renderer(t), rendertest.TextPDF(1), faxpage.Fine)
	require.Error(t, err)
	require.False(t, errors.As(err, &refusal), "cancelled")
}

func TestWithoutLibreOfficeItsDocumentsAreNotSupported(t *testing.T) {
	none, err := office.NewLocal("/nonexistent", "")
	require.NoError(t, err)
	r := render.New(render.NewWorkerPool("/nonexistent", document.Programs{}, 1), none)
	for _, content := range [][]byte{rendertest.DOCX("x"), rendertest.XLSX(1, 1), []byte("<html>x</html>"), []byte("漢字")} {
		_, _, err := rendertest.Pages(t.Context(), r, content, faxpage.Fine)
		require.ErrorIs(t, err, document.ErrUnsupported)
	}
}
