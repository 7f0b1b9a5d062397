package pdf

import (
	"math"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/job"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// run is pages in a row that are drawn alike.
type run struct {
	first, last        int     // numbers of pages, from 1
	perInchX, perInchY float64 // as the page is drawn, before it is turned
	turned             bool    // it is wider than paper, so it is drawn lying and then turned
}

// cropped is by how many pixels a page may be wider than a fax: letter paper is wider by 6, and its margins
// are white.
const cropped = 24

// runsOf groups pages.
func runsOf(pages []size, j job.Job) []run {
	var all []run
	for i, page := range pages {
		next := drawn(page, j)
		next.first, next.last = i+1, i+1
		if len(all) > 0 {
			last := &all[len(all)-1]
			if last.perInchX == next.perInchX && last.perInchY == next.perInchY && last.turned == next.turned {
				last.last = next.last
				continue
			}
		}
		all = append(all, next)
	}
	return all
}

// drawn says how a page is drawn: in its true size, unless it is larger than paper.
func drawn(page size, j job.Job) run {
	const widest = float64(faxpage.Width+cropped) / faxpage.PerInch
	turned := page.width > page.height && page.width > widest
	if turned {
		page.width, page.height = page.height, page.width
	}
	scale := 1.0
	if page.width > widest {
		scale = float64(faxpage.Width) / faxpage.PerInch / page.width
	}
	if page.height*scale > job.MaxInches+0.1 {
		scale = job.MaxInches / page.height
	}
	across, down := scale*faxpage.PerInch, scale*float64(j.Resolution.LinesPerInch())
	// Rounded, so that pages whose sizes differ by nothing to see are drawn together.
	across, down = math.Round(across*100)/100, math.Round(down*100)/100
	if turned {
		return run{perInchX: down, perInchY: across, turned: true}
	}
	return run{perInchX: across, perInchY: down}
}
