package render_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// A4 at 600 dpi.
var sheet = image.Rect(0, 0, 4960, 7016)

func TestASheetScannedAt600DPIFitsInMemory(t *testing.T) {
	var scanned bytes.Buffer
	require.NoError(t, jpeg.Encode(&scanned, image.NewYCbCr(sheet, image.YCbCrSubsampleRatio420), nil))
	r := rendertest.Renderer(t)
	for name, content := range map[string][]byte{
		"PNG in colour": pngOf(t, image.NewNRGBA(sheet)), "PNG in greys": pngOf(t, image.NewGray(sheet)), "JPEG": scanned.Bytes(),
	} {
		_, pages, err := rendertest.Pages(t.Context(), r, content, faxpage.Fine)
		require.NoError(t, err, name)
		require.Len(t, pages, 1, name)
	}
}
