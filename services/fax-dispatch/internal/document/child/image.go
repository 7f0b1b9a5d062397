package child

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/pages"
)

const (
	maxPixels       = 100_000_000
	maxDecodePixels = 40_000_000 // larger ones are checked by their structure only
)

func readPNG(content []byte) (int, error) {
	config, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil || !sane(config) || !endsAsPNG(content) {
		return 0, pages.ErrDamaged
	}
	if config.Width*config.Height <= maxDecodePixels {
		_, err = png.Decode(bytes.NewReader(content))
	}
	return onePage(err)
}

func readJPEG(content []byte) (int, error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil || !sane(config) || !bytes.Contains(content[2:], []byte{0xff, 0xd9}) { // the end of the picture
		return 0, pages.ErrDamaged
	}
	if config.Width*config.Height <= maxDecodePixels {
		_, err = jpeg.Decode(bytes.NewReader(content))
	}
	return onePage(err)
}

func onePage(err error) (int, error) {
	if err != nil {
		return 0, pages.ErrDamaged
	}
	return 1, nil
}

func sane(config image.Config) bool {
	return config.Width > 0 && config.Height > 0 && config.Width <= maxPixels/config.Height
}

// endsAsPNG walks the chunks: each must be whole and the last one must be IEND.
func endsAsPNG(content []byte) bool {
	const signature, frame = 8, 12 // length, type and checksum around the data
	for rest := content[signature:]; len(rest) >= frame; {
		length := int64(binary.BigEndian.Uint32(rest))
		if length > int64(len(rest)-frame) {
			return false
		}
		body := rest[4 : 8+length]
		if crc32.ChecksumIEEE(body) != binary.BigEndian.Uint32(rest[8+length:]) {
			return false
		}
		if string(body[:4]) == "IEND" {
			return true
		}
		rest = rest[frame+length:]
	}
	return false
}
