package picture

import (
	"encoding/binary"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
)

// Bounds on the work that a hostile file can make. They are far above what a fax has.
const (
	maxDirectories = 1000
	maxEntries     = 1000    // in one directory
	maxPieces      = 1 << 20 // strips and tiles, in all
)

// Tags of a TIFF directory that are needed to know a picture before it is decoded.
const (
	tagSubfileType     = 254
	tagWidth           = 256
	tagHeight          = 257
	tagBitsPerSample   = 258
	tagStripOffsets    = 273
	tagSamplesPerPixel = 277
	tagStripByteCounts = 279
	tagXResolution     = 282
	tagYResolution     = 283
	tagTileOffsets     = 324
	tagTileByteCounts  = 325
)

// tiffPage is a picture in a TIFF file.
type tiffPage struct {
	at            uint32 // its directory
	width, height int
	bits          int     // of a pixel
	linesPerInch  float64 // 0 when the file does not say
	pixelHeight   float64 // in widths
}

// tiffPages lists the pictures of a classic TIFF: its chain of directories, less those that hold a preview
// or a mask. Every picture must lie within the file. Any file ends the walk, also one whose chain is a
// loop.
func tiffPages(content []byte) ([]tiffPage, error) {
	f := tiffFile{content: content}
	next, ok := f.header()
	if !ok {
		return nil, document.ErrDamaged
	}
	seen := map[uint32]bool{}
	var pages []tiffPage
	for next != 0 {
		if seen[next] || len(seen) == maxDirectories {
			return nil, document.ErrDamaged
		}
		seen[next] = true
		at := next
		var dir directory
		if dir, next, ok = f.directory(at); !ok {
			return nil, document.ErrDamaged
		}
		if f.auxiliary(dir) {
			continue
		}
		if !f.complete(dir) {
			return nil, document.ErrDamaged
		}
		pages = append(pages, f.page(at, dir))
	}
	return pages, nil
}

// page reads what complete has found to be there.
func (f *tiffFile) page(at uint32, dir directory) tiffPage {
	width, _ := f.value(dir[tagWidth], 0)
	height, _ := f.value(dir[tagHeight], 0)
	x, y := f.ratio(dir[tagXResolution]), f.ratio(dir[tagYResolution])
	page := tiffPage{at: at, width: int(width), height: int(height), bits: f.bits(dir), linesPerInch: y, pixelHeight: 1} //nolint:gosec // of 32 bits
	if x > 0 && y > 0 && x/y < 8 && y/x < 8 {
		page.pixelHeight = x / y
	}
	return page
}

// bits is how many bits a pixel has.
func (f *tiffFile) bits(dir directory) int {
	each, ok := f.value(dir[tagBitsPerSample], 0)
	if !ok {
		each = 1
	}
	samples, ok := f.value(dir[tagSamplesPerPixel], 0)
	if !ok {
		samples = 1
	}
	return int(min(each, 64) * min(samples, 64)) //nolint:gosec // at most 4096
}

// ratio reads a fraction, 0 when there is none.
func (f *tiffFile) ratio(v field) float64 {
	raw := f.slice(v.at, 8)
	if v.count == 0 || v.width != 8 || raw == nil {
		return 0
	}
	above, below := f.order.Uint32(raw), f.order.Uint32(raw[4:])
	if below == 0 {
		return 0
	}
	return float64(above) / float64(below)
}

type tiffFile struct {
	content []byte
	order   binary.ByteOrder
	pieces  uint64
}

// field is an entry of a directory: how many values of which size, and where they are.
type field struct {
	width uint64 // bytes of one value; 0 for types that are not numbers
	count uint64
	at    uint64
}

type directory map[uint16]field

func (f *tiffFile) header() (first uint32, ok bool) {
	if len(f.content) < 8 {
		return 0, false
	}
	f.order = binary.LittleEndian
	if f.content[0] == 'M' {
		f.order = binary.BigEndian
	}
	return f.order.Uint32(f.content[4:]), f.order.Uint16(f.content[2:]) == 42
}

const entrySize = 12

func (f *tiffFile) directory(at uint32) (dir directory, next uint32, ok bool) {
	head := f.slice(uint64(at), 2)
	if head == nil {
		return nil, 0, false
	}
	entries := uint64(f.order.Uint16(head))
	body := f.slice(uint64(at)+2, entries*entrySize+4)
	if body == nil || entries == 0 || entries > maxEntries {
		return nil, 0, false
	}
	dir = directory{}
	for i := range entries {
		entry := body[i*entrySize:]
		dir[f.order.Uint16(entry)] = f.field(entry, uint64(at)+2+i*entrySize)
	}
	return dir, f.order.Uint32(body[entries*entrySize:]), true
}

func (f *tiffFile) field(entry []byte, at uint64) field {
	found := field{count: uint64(f.order.Uint32(entry[4:])), at: uint64(f.order.Uint32(entry[8:]))}
	switch f.order.Uint16(entry[2:]) {
	case 3: // SHORT
		found.width = 2
	case 4, 13: // LONG, IFD
		found.width = 4
	case 5: // RATIONAL
		found.width = 8
	}
	if found.width*found.count <= 4 {
		found.at = at + 8 // small values stand in the entry itself
	}
	return found
}

// value returns the i-th value of a field of whole numbers.
func (f *tiffFile) value(v field, i uint64) (uint64, bool) {
	raw := f.slice(v.at+i*v.width, v.width)
	switch {
	case i >= v.count || raw == nil:
		return 0, false
	case v.width == 2:
		return uint64(f.order.Uint16(raw)), true
	case v.width == 4:
		return uint64(f.order.Uint32(raw)), true
	}
	return 0, false
}

// complete reports whether a directory's picture has a size and all of its data in the file.
func (f *tiffFile) complete(dir directory) bool {
	width, hasWidth := f.value(dir[tagWidth], 0)
	height, hasHeight := f.value(dir[tagHeight], 0)
	if !hasWidth || !hasHeight || width == 0 || height == 0 {
		return false
	}
	offsets, sizes := dir[tagStripOffsets], dir[tagStripByteCounts]
	if offsets.count == 0 {
		offsets, sizes = dir[tagTileOffsets], dir[tagTileByteCounts]
	}
	if offsets.count == 0 || offsets.count != sizes.count || f.slice(offsets.at, offsets.count*offsets.width) == nil {
		return false
	}
	if f.pieces += offsets.count; f.pieces > maxPieces {
		return false
	}
	for i := range offsets.count {
		at, hasAt := f.value(offsets, i)
		size, hasSize := f.value(sizes, i)
		if !hasAt || !hasSize || size == 0 || f.slice(at, size) == nil {
			return false
		}
	}
	return true
}

// auxiliary reports whether a directory holds a preview or a mask of another one.
func (f *tiffFile) auxiliary(dir directory) bool {
	const preview, mask = 1, 4
	kind, ok := f.value(dir[tagSubfileType], 0)
	return ok && kind&(preview|mask) != 0
}

// slice returns the bytes at an offset, or nil when they are not all in the file.
func (f *tiffFile) slice(at, size uint64) []byte {
	length := uint64(len(f.content))
	if size == 0 || size > length || at > length-size {
		return nil
	}
	return f.content[at : at+size]
}
