package render_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// A unit of a page is 1/72 inch unless the page says that it is a multiple of that (ISO 32000-1, table 30). The frame is
// 144 by 216 units.
func TestAPageIsAsLargeAsItsUserUnitSays(t *testing.T) {
	r := rendertest.Renderer(t)
	for unit, inches := range map[string]float64{"": 2, "/UserUnit 1": 2, "/UserUnit 2.0": 4} {
		content := pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
			"<</Type/Page/Parent 2 0 R/MediaBox[0 0 306 396]"+unit+"/Contents 4 0 R>>",
			"<</Length 21>>stream\n36 36 144 216 re S    \nendstream")
		for _, resolution := range []faxpage.Resolution{faxpage.Fine, faxpage.Standard} {
			_, pages, err := rendertest.Pages(t.Context(), r, content, resolution)
			require.NoError(t, err, unit)
			wide, tall := rendertest.Extent(rendertest.Decoded(t, pages[0]), resolution)
			require.InDelta(t, inches, wide, 0.05, unit)
			require.InDelta(t, inches*1.5, tall, 0.05, unit)
		}
	}
}
