package raster

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// requireAPageOrARefusal renders what is not too large for a fuzzer to do so often.
func requireAPageOrARefusal(t *testing.T, config image.Config, err error, content []byte, make func([]byte, document.Job, document.Sink) error) {
	t.Helper()
	if err == nil && config.Width > 0 && config.Height > 1<<20/config.Width {
		return
	}
	pages := 0
	err = make(content, document.Job{Sheet: document.Letter, Resolution: faxpage.Standard}, func(page document.Page) error {
		require.True(t, page.Lines > 0 && page.Lines <= 1400, "%d lines", page.Lines)
		pages++
		return nil
	})
	var refusal document.Refusal
	require.True(t, err == nil && pages == 1 || errors.As(err, &refusal) && pages == 0, "%d pages, %v", pages, err)
}

func FuzzAPNGIsAPageOrRefused(f *testing.F) {
	for _, picture := range []image.Image{
		image.NewGray(image.Rect(0, 0, 3, 2)), image.NewNRGBA64(image.Rect(0, 0, 9, 1)), image.NewPaletted(image.Rect(0, 0, 1, 9), color.Palette{color.White, color.Black}),
	} {
		var out bytes.Buffer
		require.NoError(f, png.Encode(&out, picture))
		f.Add(out.Bytes())
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		content = append([]byte("\x89PNG\r\n\x1a\n"), bytes.TrimPrefix(content, []byte("\x89PNG\r\n\x1a\n"))...)
		config, err := png.DecodeConfig(bytes.NewReader(content))
		requireAPageOrARefusal(t, config, err, content, PNG)
	})
}

func FuzzAJPEGIsAPageOrRefused(f *testing.F) {
	var out bytes.Buffer
	require.NoError(f, jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 9, 9)), nil))
	f.Add(out.Bytes())
	exif := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, 34}, "Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00"...)
	f.Add(append(exif, out.Bytes()[2:]...))
	f.Fuzz(func(t *testing.T, content []byte) {
		content = append([]byte{0xff, 0xd8, 0xff}, bytes.TrimPrefix(content, []byte{0xff, 0xd8, 0xff})...)
		config, err := jpeg.DecodeConfig(bytes.NewReader(content))
		requireAPageOrARefusal(t, config, err, content, JPEG)
	})
}
