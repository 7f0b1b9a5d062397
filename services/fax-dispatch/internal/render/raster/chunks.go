package raster

import (
	"encoding/binary"
	"hash/crc32"
)

// isWholePNG reports whether every chunk has its checksum and the last one is IEND.
func isWholePNG(content []byte) bool {
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
