package pdf

import (
	"math"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// run is a range of pages that are drawn with the same parameters.
type run struct {
	first, last        int     // numbers of pages, from 1
	perInchX, perInchY float64 // as the page is drawn, before it is rotated
	rotate             bool    // the page is wider than paper
	// squeeze scales the drawn lines, after rotation, to the resolution; 1 for pages that are drawn at it. Poppler draws pages
	// that have a rotation of their own correctly only with square pixels.
	squeeze float64
}

const (
	minScale  = 0.7 // to fit a page on paper; one that needs less is split
	maxInches = 100 // height of a page that is split
)

// maxCrop is by how many pixels a page may be wider than a fax. Letter paper is by 6, of its white margins.
const maxCrop = 24

// runsOf groups pages into runs.
func runsOf(pages []size, j document.Job) []run {
	var all []run
	for i, page := range pages {
		next := parameters(page, j)
		next.first, next.last = i+1, i+1
		if len(all) > 0 && all[len(all)-1].matches(next) {
			all[len(all)-1].last = next.last
			continue
		}
		all = append(all, next)
	}
	return all
}

func (r run) matches(other run) bool {
	return r.perInchX == other.perInchX && r.perInchY == other.perInchY && r.rotate == other.rotate && r.squeeze == other.squeeze
}

// parameters decides how to draw a page: in its true size, unless it is larger than paper.
func parameters(page size, j document.Job) run {
	width, height := page.width, page.height
	if page.sideways() {
		width, height = height, width
	}
	const widest = float64(faxpage.Width+maxCrop) / faxpage.PerInch
	rotate := width > height && width > widest
	if rotate {
		width, height = height, width
	}
	scale := 1.0
	if width > widest {
		scale = float64(faxpage.Width) / faxpage.PerInch / width
	}
	// A page that is somewhat too long is scaled down; one that would become illegible is split by raster.Cut.
	switch fit := document.MaxInches / height; {
	case height*scale <= document.MaxInches+0.1:
	case fit > minScale*scale:
		scale = fit
	default:
		scale = min(scale, maxInches/height)
	}
	unit := max(page.unit, 1)
	across, down := rounded(scale*unit*faxpage.PerInch), rounded(scale*unit*float64(j.Resolution.LinesPerInch()))
	switch {
	case page.sideways():
		return run{perInchX: across, perInchY: across, rotate: rotate, squeeze: down / across}
	case rotate:
		return run{perInchX: down, perInchY: across, rotate: true, squeeze: 1}
	default:
		return run{perInchX: across, perInchY: down, squeeze: 1}
	}
}

// rounded lets pages of imperceptibly different sizes share a run.
func rounded(perInch float64) float64 { return math.Round(perInch*100) / 100 }
