package pdf

import (
	"bytes"
	"errors"
	"math"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/job"
)

// layout is what has to be known of a file before it is drawn.
type layout struct {
	pages    []size
	pictures bool // it has pictures or gradients, so it has greys
}

// size is the size of a page as it is shown, in inches.
type size struct{ width, height float64 }

// read validates a file, which compares its page tree with the count that it declares: a renderer would repair
// a file that was cut off, and leave out the pages that are lost.
func read(content []byte) (layout, error) {
	api.DisableConfigDir()
	config := model.NewDefaultConfiguration()
	config.Offline = true
	ctx, err := api.ReadAndValidate(bytes.NewReader(content), config)
	if errors.Is(err, pdfcpu.ErrWrongPassword) || errors.Is(err, pdfcpu.ErrEncrypted) {
		return layout{}, document.ErrEncrypted
	}
	if err != nil {
		return layout{}, document.ErrDamaged
	}
	if ctx.Encrypt != nil {
		return layout{}, document.ErrEncrypted // with an empty password, but not meant to be read by us
	}
	if ctx.PageCount == 0 {
		return layout{}, document.ErrEmpty
	}
	if ctx.PageCount > job.MaxPages {
		return layout{}, document.ErrTooLong
	}
	boxes, err := ctx.PageBoundaries(nil)
	if err != nil || len(boxes) != ctx.PageCount {
		return layout{}, document.ErrDamaged
	}
	found := layout{pictures: hasPictures(ctx)}
	for _, box := range boxes {
		found.pages = append(found.pages, sizeOf(box))
	}
	return found, nil
}

func sizeOf(box model.PageBoundaries) size {
	const pointsPerInch, letterWidth, letterHeight = 72, 8.5, 11
	crop := box.CropBox()
	if crop == nil || crop.Width() < 1 || crop.Height() < 1 {
		return size{letterWidth, letterHeight}
	}
	shown := size{crop.Width() / pointsPerInch, crop.Height() / pointsPerInch}
	if turns := math.Mod(float64(box.Rot), 180); turns != 0 {
		shown.width, shown.height = shown.height, shown.width
	}
	return shown
}

func hasPictures(ctx *model.Context) bool {
	for _, entry := range ctx.Table {
		if entry == nil {
			continue
		}
		var dict types.Dict
		switch object := entry.Object.(type) {
		case types.StreamDict:
			dict = object.Dict
		case types.Dict:
			dict = object
		}
		if kind := dict.NameEntry("Subtype"); kind != nil && *kind == "Image" {
			return true
		}
		if _, gradient := dict.Find("ShadingType"); gradient {
			return true
		}
	}
	return false
}
