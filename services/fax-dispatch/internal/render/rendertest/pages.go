package rendertest

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// Decoded is the pixels of an encoded page.
func Decoded(t testing.TB, page document.Page) faxpage.Page {
	t.Helper()
	var file bytes.Buffer
	w := faxpage.NewWriter(&file, faxpage.Fine)
	require.NoError(t, w.AddEncoded(page.Code, page.Lines))
	require.NoError(t, w.Close())
	pixels, _, err := faxpage.ReadPage(bytes.NewReader(file.Bytes()), 1)
	require.NoError(t, err)
	return pixels
}

// Extent is the size of the black area of a page on paper, in inches.
func Extent(page faxpage.Page, resolution faxpage.Resolution) (width, height float64) {
	left, right, top, bottom := math.MaxInt, -1, math.MaxInt, -1
	for y := range page.Lines() {
		for x := range faxpage.Width {
			if page.Black(x, y) {
				left, right, top, bottom = min(left, x), max(right, x), min(top, y), y
			}
		}
	}
	if right < 0 {
		return 0, 0
	}
	return float64(right-left+1) / faxpage.PerInch, float64(bottom-top+1) / float64(resolution.LinesPerInch())
}
