package rendertest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// TextPDF is a letter on A4.
func TextPDF(pages int) []byte {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetFont("Times", "", 11)
	for n := range pages {
		p.AddPage()
		p.MultiCell(0, 5, strings.Repeat(fmt.Sprintf("Page %d: the patient was seen in the clinic and went home with a letter. ", n+1), 55), "", "L", false)
	}
	return written(p)
}

// PhotoPDF is pages of A4, each filled by a photo at 300 dpi.
func PhotoPDF(pages int) []byte {
	p := fpdf.New("P", "mm", "A4", "")
	for n := range pages {
		p.AddPage()
		name := fmt.Sprint("photo", n)
		p.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "JPG"}, bytes.NewReader(JPEG(2480, 3508, n)))
		p.ImageOptions(name, 0, 0, 210, 297, false, fpdf.ImageOptions{}, 0, "")
	}
	return written(p)
}

// MixedPDF has a page of each size, with a frame and its number.
func MixedPDF(sizes ...fpdf.SizeType) []byte {
	p := fpdf.New("P", "pt", "A4", "")
	p.SetFont("Helvetica", "B", 40)
	for n, size := range sizes {
		p.AddPageFormat("P", size)
		p.Rect(20, 20, size.Wd-40, size.Ht-40, "D")
		p.Text(40, 80, fmt.Sprint("Page ", n+1))
	}
	return written(p)
}

// Receipt is a page with a line of 70 mm every 5 mm. Its width is in mm.
func Receipt(width, inches float64) []byte {
	p := fpdf.New("P", "mm", "A4", "")
	p.AddPageFormat("P", fpdf.SizeType{Wd: width, Ht: inches * 25.4})
	p.SetAutoPageBreak(false, 0)
	for y := 5.0; y < inches*25.4-3; y += 5 {
		p.Line((width-70)/2, y, (width+70)/2, y)
	}
	return written(p)
}

func written(p *fpdf.Fpdf) []byte {
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		panic(err) // the documents are made of constants
	}
	return out.Bytes()
}

// Photo is a colourful picture with smooth gradients.
func Photo(width, height, seed int) image.Image {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			v := 128 + 100*math.Sin(float64(x*(seed+1))/300)*math.Cos(float64(y)/400) + float64((x*7919+y*104729)%23)
			picture.SetRGBA(x, y, color.RGBA{uint8(v), uint8(255 - v), uint8(v/2 + 60), 255})
		}
	}
	return picture
}

// JPEG is a Photo as a JPEG file.
func JPEG(width, height, seed int) []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, Photo(width, height, seed), &jpeg.Options{Quality: 85}); err != nil {
		panic(err) // it is written to memory
	}
	return out.Bytes()
}
