package main

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"github.com/mintfax/mintfax/shared/faxpage"
)

// Document is what is sent.
type Document struct {
	Name    string
	Content []byte
}

// Documents are what users send most: a letter of a page as PDF, the same amount of black on a page that is fax-ready
// already and on one that was scanned, and a few words of text, which start no process that draws.
func Documents() ([]Document, error) {
	letter, err := letter()
	if err != nil {
		return nil, err
	}
	ready, err := faxReady()
	if err != nil {
		return nil, err
	}
	scanned, err := scan()
	if err != nil {
		return nil, err
	}
	return []Document{
		{"PDF of one page", letter}, {"fax-ready TIFF of one page", ready}, {"page scanned as JPEG", scanned}, {"text of one line", []byte("hello\n")},
	}, nil
}

// scan is a letter at 200 dots in an inch, on paper that is not quite white.
func scan() ([]byte, error) {
	random := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // a picture
	page := image.NewGray(image.Rect(0, 0, 1700, 2200))
	for y := range page.Rect.Dy() {
		for x := range page.Rect.Dx() {
			grey := 240 + random.IntN(12)
			if line := y % 40; x > 150 && x < 1550 && y > 150 && y < 1950 && line < 20 && (x*7+y*3)%11 < 3 {
				grey = 30 + random.IntN(30)
			}
			page.Pix[y*page.Stride+x] = uint8(grey) //nolint:gosec // at most 251
		}
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, page, &jpeg.Options{Quality: 80})
	return out.Bytes(), err
}

func letter() ([]byte, error) {
	p := fpdf.New("P", "mm", "Letter", "")
	p.SetFont("Times", "", 11)
	p.AddPage()
	p.MultiCell(0, 5, strings.Repeat("The patient was seen in the clinic and went home with a letter. ", 55), "", "L", false)
	var out bytes.Buffer
	err := p.Output(&out)
	return out.Bytes(), err
}

// faxReady has 45 lines of dashes that are as dark as a letter.
func faxReady() ([]byte, error) {
	page := faxpage.New(2156)
	for line := range 45 {
		for y := range 20 {
			for x := 180; x < 1550; x++ {
				if (x*7+y*3)%11 < 3 {
					page.Blacken(x, 150+line*40+y)
				}
			}
		}
	}
	var out bytes.Buffer
	w := faxpage.NewWriter(&out, faxpage.Fine)
	if err := w.Add(page); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}
