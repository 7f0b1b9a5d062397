package document_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/child"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/pages"
)

// The test program is its own child, as the service is.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == child.Argument {
		if err := child.Main(child.Kind(os.Args[2]), os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func inspector(t *testing.T) *document.Inspector {
	program, err := os.Executable()
	require.NoError(t, err)
	return document.NewInspector(program)
}

func pdf(t *testing.T, count int) []byte {
	api.DisableConfigDir()
	var list []string
	for i := range count {
		list = append(list, fmt.Sprintf(`"%d": {"content": {"text": [{"value": "page %d", "pos": [50, 50], "font": {"name": "Helvetica", "size": 12}}]}}`, i+1, i+1))
	}
	var out bytes.Buffer
	require.NoError(t, api.Create(nil, strings.NewReader(`{"paper": "Letter", "pages": {`+strings.Join(list, ",")+`}}`), &out, model.NewDefaultConfiguration()))
	return out.Bytes()
}

func encrypted(t *testing.T, userPassword string) []byte {
	var out bytes.Buffer
	require.NoError(t, api.Encrypt(bytes.NewReader(pdf(t, 1)), &out, model.NewAESConfiguration(userPassword, "owner", 256)))
	return out.Bytes()
}

func noise(width, height int) image.Image {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range picture.Pix {
		picture.Pix[i] = byte(random.Uint32())
	}
	return picture
}

func pngOf(t *testing.T, picture image.Image) []byte {
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, picture))
	return out.Bytes()
}

func jpegOf(t *testing.T, picture image.Image) []byte {
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, picture, nil))
	return out.Bytes()
}

func TestEverySupportedTypeHasItsTruePageCount(t *testing.T) {
	type answer struct {
		kind  document.Type
		pages int
	}
	for name, c := range map[string]struct {
		content []byte
		want    answer
	}{
		"a PDF of one page":    {pdf(t, 1), answer{document.PDF, 1}},
		"a PDF of seven pages": {pdf(t, 7), answer{document.PDF, 7}},
		"a PDF made by hand":   {rawPDF(2, 2), answer{document.PDF, 2}},
		"a PNG":                {pngOf(t, noise(60, 80)), answer{document.PNG, 1}},
		"a grey PNG":           {pngOf(t, image.NewGray(image.Rect(0, 0, 1728, 2200))), answer{document.PNG, 1}},
		"a JPEG":               {jpegOf(t, noise(60, 80)), answer{document.JPEG, 1}},
		"a text":               {[]byte(strings.Repeat("Hello.\n", 61)), answer{document.Text, 2}},
	} {
		kind, count, err := inspector(t).Inspect(t.Context(), c.content, pages.Letter)
		require.NoError(t, err, name)
		require.Equal(t, c.want, answer{kind, count}, name)
	}
}

func TestWhatCannotBeFaxedIsRefusedWithItsReason(t *testing.T) {
	photo, picture, twoPages := jpegOf(t, noise(300, 300)), pngOf(t, noise(300, 300)), pdf(t, 2)
	for name, c := range map[string]struct {
		content []byte
		want    pages.Refusal
	}{
		"nothing":                     {nil, pages.ErrEmpty},
		"white space":                 {[]byte(" \n\f\n"), pages.ErrEmpty},
		"a program":                   {[]byte("\x7fELF\x02\x01\x01\x00"), pages.ErrUnsupported},
		"a zip, as DOCX is":           {[]byte("PK\x03\x04\x14\x00"), pages.ErrUnsupported},
		"HTML":                        {[]byte("  <!DOCTYPE html><html></html>"), pages.ErrUnsupported},
		"HTML after a mark":           {[]byte("\ufeff<html></html>"), pages.ErrUnsupported},
		"RTF":                         {[]byte(`{\rtf1 hello}`), pages.ErrUnsupported},
		"PostScript":                  {[]byte("%!PS-Adobe-3.0\n"), pages.ErrUnsupported},
		"SVG":                         {[]byte("<svg xmlns='x'></svg>"), pages.ErrUnsupported},
		"GIF":                         {[]byte("GIF89a"), pages.ErrUnsupported},
		"BigTIFF":                     {[]byte("II+\x00\x08\x00\x00\x00"), pages.ErrUnsupported},
		"binary after text":           {append([]byte(strings.Repeat("text ", 300)), 0), pages.ErrUnsupported},
		"a PDF with a password":       {encrypted(t, "user"), pages.ErrEncrypted},
		"a PDF with an owner":         {encrypted(t, ""), pages.ErrEncrypted},
		"a PDF's first bytes":         {[]byte("%PDF-1.7\n"), pages.ErrDamaged},
		"half a PDF":                  {twoPages[:len(twoPages)/2], pages.ErrDamaged},
		"a PDF that is noise":         {append([]byte("%PDF-1.7\n"), noise(50, 50).(*image.RGBA).Pix...), pages.ErrDamaged},
		"half a PNG":                  {picture[:len(picture)/2], pages.ErrDamaged},
		"a PNG without its end":       {picture[:len(picture)-12], pages.ErrDamaged},
		"a PNG with a flipped bit":    {flipped(picture), pages.ErrDamaged},
		"a PNG of a billion pixels":   {hugePNG(t, 40_000, 40_000), pages.ErrDamaged},
		"half a JPEG":                 {photo[:len(photo)/2], pages.ErrDamaged},
		"a JPEG's first bytes":        {photo[:4], pages.ErrDamaged},
		"half a TIFF":                 {[]byte("II*\x00\x08\x00\x00\x00\x01\x00"), pages.ErrDamaged},
		"a PDF that lies about pages": {rawPDF(1, 5), pages.ErrDamaged},
		"a PDF without pages":         {rawPDF(0, 0), pages.ErrEmpty},
	} {
		_, count, err := inspector(t).Inspect(t.Context(), c.content, pages.Letter)
		require.Zero(t, count, name)
		require.ErrorIs(t, err, c.want, name)
	}
}

func flipped(content []byte) []byte {
	changed := bytes.Clone(content)
	changed[len(changed)/2] ^= 1
	return changed
}

// hugePNG declares a size that nothing stands behind.
func hugePNG(t *testing.T, width, height uint32) []byte {
	small := pngOf(t, image.NewGray(image.Rect(0, 0, 1, 1)))
	header := small[12:29] // the type and data of IHDR
	binary.BigEndian.PutUint32(header[4:], width)
	binary.BigEndian.PutUint32(header[8:], height)
	binary.BigEndian.PutUint32(small[29:], crc32.ChecksumIEEE(header))
	return small
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

func TestAChildThatDiesOrHangsIsNotTheServicesProblem(t *testing.T) {
	for _, program := range []string{"/bin/false", "/bin/true", "/nonexistent"} {
		_, _, err := document.NewInspector(program).Inspect(t.Context(), pdf(t, 1), pages.Letter)
		require.Error(t, err, program)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := inspector(t).Inspect(ctx, pdf(t, 1), pages.Letter)
	var refusal pages.Refusal
	require.Error(t, err)
	require.False(t, errors.As(err, &refusal), "a sender that does not wait says nothing about the document")
}
