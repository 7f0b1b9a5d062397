package raster

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// maxBytes is what a decoded picture may take: a sheet scanned in colour with 600 dots in an inch fits.
const maxBytes = 160 << 20

// PNG makes a page of a PNG file.
func PNG(content []byte, j document.Job, add document.Sink) error {
	config, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil || !endsAsPNG(content) {
		return document.ErrDamaged
	}
	if err := fits(config); err != nil {
		return err
	}
	decoded, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return document.ErrDamaged
	}
	return addCut(Dither(lay(greyOf(decoded), square, j), j.Dithering), j, add)
}

// JPEG makes a page of a JPEG file, turned as its camera says.
func JPEG(content []byte, j document.Job, add document.Sink) error {
	config, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil || !bytes.Contains(content[2:], []byte{0xff, 0xd9}) { // the end of the picture
		return document.ErrDamaged
	}
	if err := fits(config); err != nil {
		return err
	}
	decoded, err := jpeg.Decode(bytes.NewReader(content))
	if err != nil {
		return document.ErrDamaged
	}
	return addCut(Dither(lay(upright(greyOf(decoded), orientation(content)), square, j), j.Dithering), j, add)
}

// addCut adds the sheets of a page.
func addCut(page faxpage.Page, j document.Job, add document.Sink) error {
	for _, sheet := range Cut(page, j) {
		if err := add(document.EncodePage(sheet)); err != nil {
			return err
		}
	}
	return nil
}

// fits refuses pictures that would take too much memory.
func fits(config image.Config) error {
	if config.Width <= 0 || config.Height <= 0 {
		return document.ErrDamaged
	}
	if config.Width > maxBytes/bytesPerPixel(config)/config.Height {
		return document.ErrTooLarge
	}
	return nil
}
