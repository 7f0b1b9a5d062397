package text

import (
	"errors"
	"image"
	"sync"
	"unicode"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansmono"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/mintfax/mintfax/shared/faxpage"
)

// A letter of Go Mono is 0.6 of its size wide, and one of DejaVu Sans Mono as good as that.
const (
	fontSize = cellWidth / 0.6 // pixels
	descent  = 8               // pixels from the base line to the end of the line
)

// typefaces are asked in turn for a letter: Go Mono, then those that have the signs of the world.
var typefaces = sync.OnceValue(func() (all []*sfnt.Font) {
	for _, file := range [][]byte{gomono.TTF, dejavusansmono.TTF, dejavusans.TTF} {
		parsed, err := opentype.Parse(file)
		if err != nil {
			panic(err) // the fonts are part of the program
		}
		all = append(all, parsed)
	}
	return all
})

// Shows reports whether the font has all letters of a text.
func Shows(content []byte) bool {
	_, err := clean(content)
	return !errors.Is(err, ErrNeedsShaping)
}

// shown reports whether a font has a letter.
func shown(r rune) bool { return r < 0x7f || fontOf(r) != nil }

// fontOf is the first font that has a letter. Go Mono has all that it has; of the others only what stands alone: letters
// that join, or run from right to left, need shaping.
func fontOf(r rune) *sfnt.Font {
	var buffer sfnt.Buffer
	for i, face := range typefaces() {
		if i > 0 && !standsAlone(r) {
			return nil
		}
		if index, err := face.GlyphIndex(&buffer, r); err == nil && index != 0 {
			return face
		}
	}
	return nil
}

func standsAlone(r rune) bool {
	return unicode.In(r, unicode.Common, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian) &&
		!unicode.In(r, unicode.M, unicode.C)
}

// letter is the black pixels of a letter, from its base line.
type letter struct {
	dots []image.Point
}

var letters sync.Map // of *letter, by rune

func letterOf(r rune) *letter {
	if cached, ok := letters.Load(r); ok {
		return cached.(*letter) //nolint:errcheck,forcetypeassert // nothing else is in there
	}
	drawn := drawLetter(r)
	letters.Store(r, drawn)
	return drawn
}

func drawLetter(r rune) *letter {
	drawn := &letter{}
	typeface := fontOf(r)
	if typeface == nil {
		return drawn
	}
	face := sized(typeface, r)
	defer face.Close()
	box, mask, at, _, ok := face.Glyph(fixed.Point26_6{}, r)
	if !ok {
		return drawn
	}
	const half = 0x8000
	for y := range box.Dy() {
		for x := range box.Dx() {
			if _, _, _, alpha := mask.At(at.X+x, at.Y+y).RGBA(); alpha >= half {
				drawn.dots = append(drawn.dots, image.Pt(box.Min.X+x, box.Min.Y+y))
			}
		}
	}
	return drawn
}

// sized is a font in which a letter is no wider than its place: signs of DejaVu Sans are.
func sized(typeface *sfnt.Font, r rune) font.Face {
	face := faceOf(typeface, fontSize)
	wide, ok := face.GlyphAdvance(r)
	if !ok || wide.Ceil() <= cellWidth+1 {
		return face
	}
	_ = face.Close()
	return faceOf(typeface, fontSize*cellWidth/float64(wide.Ceil()))
}

func faceOf(typeface *sfnt.Font, size float64) font.Face {
	face, err := opentype.NewFace(typeface, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic(err) // it depends on constants alone
	}
	return face
}

// draw blackens the letter's pixels that are on the page.
func (l *letter) draw(page faxpage.Page, left, base int) {
	for _, dot := range l.dots {
		x, y := left+dot.X, base+dot.Y
		if x >= 0 && x < faxpage.Width && y >= 0 && y < page.Lines() {
			page.Blacken(x, y)
		}
	}
}
