package pdf

import (
	"math"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// run is pages in a row that are drawn alike.
type run struct {
	first, last        int     // numbers of pages, from 1
	perInchX, perInchY float64 // as the page is drawn, before it is turned
	turned             bool    // it is wider than paper, so it is drawn lying and then turned
	// squeeze is by how much the drawn lines are brought to the resolution, after it is turned; 1 for pages that are drawn
	// with its lines. Poppler draws pages with a rotation of their own right only with square pixels.
	squeeze float64
}

const (
	legible = 0.7 // of its size
	longest = 100 // inches, on which a page is drawn that is cut
)

// cropped is by how many pixels a page may be wider than a fax: letter paper is wider by 6, and its margins
// are white.
const cropped = 24

// runsOf groups pages.
func runsOf(pages []size, j document.Job) []run {
	var all []run
	for i, page := range pages {
		next := drawn(page, j)
		next.first, next.last = i+1, i+1
		if len(all) > 0 && all[len(all)-1].alike(next) {
			all[len(all)-1].last = next.last
			continue
		}
		all = append(all, next)
	}
	return all
}

func (r run) alike(other run) bool {
	return r.perInchX == other.perInchX && r.perInchY == other.perInchY && r.turned == other.turned && r.squeeze == other.squeeze
}

// drawn says how a page is drawn: in its true size, unless it is larger than paper.
func drawn(page size, j document.Job) run {
	width, height := page.width, page.height
	if page.lying() {
		width, height = height, width
	}
	const widest = float64(faxpage.Width+cropped) / faxpage.PerInch
	turned := width > height && width > widest
	if turned {
		width, height = height, width
	}
	scale := 1.0
	if width > widest {
		scale = float64(faxpage.Width) / faxpage.PerInch / width
	}
	// A page that is somewhat too long is made smaller; one that would not be legible is cut, see picture.Cut.
	switch fit := document.MaxInches / height; {
	case height*scale <= document.MaxInches+0.1:
	case fit > legible*scale:
		scale = fit
	default:
		scale = min(scale, longest/height)
	}
	unit := max(page.unit, 1)
	across, down := rounded(scale*unit*faxpage.PerInch), rounded(scale*unit*float64(j.Resolution.LinesPerInch()))
	switch {
	case page.lying():
		return run{perInchX: across, perInchY: across, turned: turned, squeeze: down / across}
	case turned:
		return run{perInchX: down, perInchY: across, turned: true, squeeze: 1}
	default:
		return run{perInchX: across, perInchY: down, squeeze: 1}
	}
}

// rounded makes pages whose sizes differ by nothing to see be drawn together.
func rounded(perInch float64) float64 { return math.Round(perInch*100) / 100 }
