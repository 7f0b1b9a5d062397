package raster

import (
	"image"
	"image/color"
	"image/draw"
)

// greyOf converts a picture to grey, on a white background.
func greyOf(from image.Image) *image.Gray {
	bounds := image.Rect(0, 0, from.Bounds().Dx(), from.Bounds().Dy())
	switch from := from.(type) {
	case *image.Gray:
		return from
	case *image.YCbCr:
		return luma(from)
	}
	grey := image.NewGray(bounds)
	row := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), 1)) // by rows: a copy of the whole picture would take too much memory
	for y := range bounds.Dy() {
		draw.Draw(row, row.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(row, row.Rect, from, image.Pt(from.Bounds().Min.X, from.Bounds().Min.Y+y), draw.Over)
		for x := range bounds.Dx() {
			grey.Pix[y*grey.Stride+x] = brightness(row.Pix[x*4], row.Pix[x*4+1], row.Pix[x*4+2])
		}
	}
	return grey
}

// luma is the luma channel of a JPEG picture.
func luma(from *image.YCbCr) *image.Gray {
	grey := image.NewGray(image.Rect(0, 0, from.Rect.Dx(), from.Rect.Dy()))
	for y := range grey.Rect.Dy() {
		at := from.YOffset(from.Rect.Min.X, from.Rect.Min.Y+y)
		copy(grey.Pix[y*grey.Stride:(y+1)*grey.Stride], from.Y[at:])
	}
	return grey
}

func brightness(r, g, b uint8) uint8 {
	return uint8((299*uint32(r) + 587*uint32(g) + 114*uint32(b) + 500) / 1000) //nolint:gosec // at most 255
}

// bytesPerPixel is the maximum size of a decoded pixel.
func bytesPerPixel(config image.Config) int {
	switch config.ColorModel {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.NRGBA64Model, color.RGBA64Model:
		return 8
	}
	if _, ok := config.ColorModel.(color.Palette); ok {
		return 1
	}
	return 4
}
