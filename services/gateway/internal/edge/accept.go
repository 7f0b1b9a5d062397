package edge

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Accepted returns the offered media type that the Accept header prefers; of equals the first, and without a header
// the first. It returns nothing when the header accepts none.
func Accepted(header http.Header, offered []string) string {
	given := strings.Join(header.Values("Accept"), ",")
	if strings.TrimSpace(given) == "" {
		return offered[0]
	}
	ranges := mediaRanges(given)
	best, bestQuality := "", 0.0
	for _, media := range offered {
		if quality := qualityOf(media, ranges); quality > bestQuality {
			best, bestQuality = media, quality
		}
	}
	return best
}

type mediaRange struct {
	media   string // type/subtype, type/* or */*
	quality float64
}

// mediaRanges parses an Accept header and skips what is malformed.
func mediaRanges(given string) []mediaRange {
	var ranges []mediaRange
	for part := range strings.SplitSeq(given, ",") {
		media, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		quality := 1.0
		if q, present := parameters["q"]; present {
			if quality, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		ranges = append(ranges, mediaRange{media, quality})
	}
	return ranges
}

// qualityOf returns the quality of the most specific range that includes media.
func qualityOf(media string, ranges []mediaRange) float64 {
	kind, _, _ := strings.Cut(media, "/")
	for _, wanted := range []string{media, kind + "/*", "*/*"} {
		for _, r := range ranges {
			if r.media == wanted {
				return r.quality
			}
		}
	}
	return 0
}
