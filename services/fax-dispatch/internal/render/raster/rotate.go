package raster

import "image"

// upright undoes an Exif orientation.
func upright(grey *image.Gray, orientation int) *image.Gray {
	switch orientation {
	case 2:
		return mirror(grey)
	case 3:
		return Rotate(Rotate(grey))
	case 4:
		return mirror(Rotate(Rotate(grey)))
	case 5:
		return mirror(Rotate(grey))
	case 6:
		return Rotate(grey)
	case 7:
		return mirror(Rotate(Rotate(Rotate(grey))))
	case 8:
		return Rotate(Rotate(Rotate(grey)))
	}
	return grey
}

// Rotate rotates a picture clockwise by 90 degrees.
func Rotate(grey *image.Gray) *image.Gray {
	rotated := image.NewGray(image.Rect(0, 0, grey.Rect.Dy(), grey.Rect.Dx()))
	for y := range grey.Rect.Dy() {
		row := grey.Pix[y*grey.Stride:]
		at := grey.Rect.Dy() - 1 - y
		for x := range grey.Rect.Dx() {
			rotated.Pix[x*rotated.Stride+at] = row[x]
		}
	}
	return rotated
}

// mirror flips a picture horizontally.
func mirror(grey *image.Gray) *image.Gray {
	mirrored := image.NewGray(grey.Rect)
	for y := range grey.Rect.Dy() {
		row, to := grey.Pix[y*grey.Stride:], mirrored.Pix[y*mirrored.Stride:]
		for x := range grey.Rect.Dx() {
			to[grey.Rect.Dx()-1-x] = row[x]
		}
	}
	return mirrored
}
