package httpapi

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// accepted is the media type of those offered that the Accept header likes best, and of equals the first
// one offered. Without a header it is the first. Empty means that none will do.
func accepted(header http.Header, offered []string) string {
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

// mediaRanges leaves out what is no media range.
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

// qualityOf is that of the most specific range that media is in.
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
