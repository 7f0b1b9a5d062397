package main

import (
	"bytes"
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
// already, and a few words of text, which start no process that draws.
func Documents() ([]Document, error) {
	letter, err := letter()
	if err != nil {
		return nil, err
	}
	ready, err := faxReady()
	if err != nil {
		return nil, err
	}
	return []Document{{"PDF of one page", letter}, {"fax-ready TIFF of one page", ready}, {"text of one line", []byte("hello\n")}}, nil
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
