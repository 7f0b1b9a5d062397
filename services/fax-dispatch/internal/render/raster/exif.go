package raster

import (
	"bytes"
	"encoding/binary"
)

// orientation is the Exif orientation of a JPEG file, 1 to 8 (Exif 2.3, tag 274). It is 1 for a file that has none, and
// when the metadata is malformed: that does not damage the picture. Libraries for Exif build tables of all tags when a
// program starts, which takes longer than the rest of a worker's start.
func orientation(content []byte) int {
	const startOfScan, app1 = 0xda, 0xe1
	for at := 2; at+4 <= len(content) && content[at] == 0xff && content[at+1] != startOfScan; {
		if content[at+1] == 0xff { // a fill byte
			at++
			continue
		}
		size := int(binary.BigEndian.Uint16(content[at+2:])) // of the segment, without its marker
		if size < 2 || at+2+size > len(content) {
			return 1
		}
		segment := content[at+4 : at+2+size]
		if exif, found := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); found && content[at+1] == app1 {
			return orientationOf(exif)
		}
		at += 2 + size
	}
	return 1
}

// orientationOf reads the tag from a block in the form of a TIFF file: a header of 8 bytes, and entries of 12.
func orientationOf(exif []byte) int {
	const tag, short = 274, 3
	if len(exif) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if exif[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(exif[4:]))
	if at < 0 || at > len(exif)-2 {
		return 1
	}
	entries := exif[at+2:]
	for range order.Uint16(exif[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if value := int(order.Uint16(entries[8:])); value >= 1 && value <= 8 {
				return value
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}
