package pdf

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
)

// features is what the objects of a file say that matters to how it is drawn.
type features struct {
	pictures bool      // it has pictures or gradients, so it has greys
	units    []float64 // how many points a unit of each page has, in the order of the file; none is 1
	leaves   int       // objects that are pages: old ones that were replaced count, and those that cannot be unpacked do not
}

var (
	pictureSign = regexp.MustCompile(`/Subtype\s*/Image\b|/ShadingType\b`)
	unitSign    = regexp.MustCompile(`/UserUnit\s+([0-9]*\.?[0-9]+)`)
	leafSign    = regexp.MustCompile(`/Type\s*/Page\b`)
	streamSign  = regexp.MustCompile(`/Type\s*/ObjStm\b`)
)

// featuresOf looks for signs in a file and in its compressed objects, as far as they can be read without more: they only
// decide how well a page is drawn.
func featuresOf(content []byte) features {
	var found features
	look := func(objects []byte) {
		found.pictures = found.pictures || pictureSign.Match(objects)
		found.leaves += len(leafSign.FindAllIndex(objects, maxLeaves))
		for _, match := range unitSign.FindAllSubmatch(objects, maxUnits) {
			if unit, err := strconv.ParseFloat(string(match[1]), 64); err == nil {
				found.units = append(found.units, unit)
			}
		}
	}
	look(content)
	left := int64(maxUnpacked)
	for _, at := range streamSign.FindAllIndex(content, maxStreams) {
		objects := unpack(content[at[1]:], left)
		left -= int64(len(objects))
		look(objects)
	}
	return found
}

const (
	maxUnits    = 1000
	maxLeaves   = 100_000
	maxStreams  = 10_000
	maxUnpacked = 16 << 20 // bytes
)

// unpack returns what the next stream has compressed, up to so many bytes.
func unpack(from []byte, most int64) []byte {
	const farthest = 500 // bytes of the rest of its dictionary
	at := bytes.Index(from[:min(len(from), farthest)], []byte("stream"))
	if at < 0 {
		return nil
	}
	packed := bytes.TrimLeft(from[at+len("stream"):], "\r\n")
	reader, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	defer reader.Close()
	objects, _ := io.ReadAll(io.LimitReader(reader, most)) // what came before an error counts
	return objects
}

// scale applies the units to the sizes of pages, when it is known which page has which.
func (f features) scale(pages []size) {
	if len(f.units) != len(pages) {
		return
	}
	for i, unit := range f.units {
		if unit > 1 && unit < 1000 {
			pages[i].width, pages[i].height, pages[i].unit = pages[i].width*unit, pages[i].height*unit, unit
		}
	}
}
