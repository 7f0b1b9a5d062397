package raster

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// maxBytes is the maximum size of a decoded picture. A sheet scanned in colour at 600 dpi fits.
const maxBytes = 160 << 20

// PNG renders a PNG file.
func PNG(content []byte, j document.Job, add document.Sink) error {
	config, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil || !isWholePNG(content) {
		return document.ErrDamaged
	}
	if err := checkSize(config); err != nil {
		return err
	}
	decoded, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return document.ErrDamaged
	}
	return addCut(Dither(layOut(greyOf(decoded), square, j), j.Dithering), j, add)
}

// JPEG renders a JPEG file, rotated as its Exif orientation says.
func JPEG(content []byte, j document.Job, add document.Sink) error {
	config, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil || !bytes.Contains(content[2:], []byte{0xff, 0xd9}) { // end of image
		return document.ErrDamaged
	}
	if err := checkSize(config); err != nil {
		return err
	}
	decoded, err := jpeg.Decode(bytes.NewReader(content))
	if err != nil {
		return document.ErrDamaged
	}
	return addCut(Dither(layOut(upright(greyOf(decoded), orientation(content)), square, j), j.Dithering), j, add)
}

// addCut splits a page and adds its sheets.
func addCut(page faxpage.Page, j document.Job, add document.Sink) error {
	for _, sheet := range Cut(page, j) {
		if err := add(document.EncodePage(sheet)); err != nil {
			return err
		}
	}
	return nil
}

// checkSize refuses pictures that would take too much memory.
func checkSize(config image.Config) error {
	if config.Width <= 0 || config.Height <= 0 {
		return document.ErrDamaged
	}
	if config.Width > maxBytes/bytesPerPixel(config)/config.Height {
		return document.ErrTooLarge
	}
	return nil
}
