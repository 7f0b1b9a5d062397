package pdf

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
)

// features are the properties of a file that affect how it is drawn.
type features struct {
	pictures bool      // or gradients: it has greys
	units    []float64 // points in a unit of each page, in the order of the file, where declared
	leaves   int       // page objects, with those that were replaced but without those in streams that cannot be unpacked
}

var (
	picturePattern      = regexp.MustCompile(`/Subtype\s*/Image\b|/ShadingType\b`)
	unitPattern         = regexp.MustCompile(`/UserUnit\s+([0-9]*\.?[0-9]+)`)
	leafPattern         = regexp.MustCompile(`/Type\s*/Page\b`)
	objectStreamPattern = regexp.MustCompile(`/Type\s*/ObjStm\b`)
)

// featuresOf searches a file and its object streams for patterns, without parsing them: the result only decides how well a
// page is drawn.
func featuresOf(content []byte) features {
	var found features
	search := func(objects []byte) {
		found.pictures = found.pictures || picturePattern.Match(objects)
		found.leaves += len(leafPattern.FindAllIndex(objects, maxLeaves))
		for _, match := range unitPattern.FindAllSubmatch(objects, maxUnits) {
			if unit, err := strconv.ParseFloat(string(match[1]), 64); err == nil {
				found.units = append(found.units, unit)
			}
		}
	}
	search(content)
	left := int64(maxUnpacked)
	for _, at := range objectStreamPattern.FindAllIndex(content, maxStreams) {
		objects := unpack(content[at[1]:], left)
		left -= int64(len(objects))
		search(objects)
	}
	return found
}

const (
	maxUnits    = 1000
	maxLeaves   = 100_000
	maxStreams  = 10_000
	maxUnpacked = 16 << 20 // bytes
)

// unpack decompresses the next stream, up to limit bytes.
func unpack(from []byte, limit int64) []byte {
	const maxDistance = 500 // bytes, of the rest of its dictionary
	at := bytes.Index(from[:min(len(from), maxDistance)], []byte("stream"))
	if at < 0 {
		return nil
	}
	packed := bytes.TrimLeft(from[at+len("stream"):], "\r\n")
	reader, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	defer reader.Close()
	objects, _ := io.ReadAll(io.LimitReader(reader, limit)) // what precedes an error is used
	return objects
}

// scale applies the units to the sizes of pages, if every page declares one.
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
