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

// The advance of Go Mono is 0.6 of its size, and that of DejaVu Sans Mono nearly so.
const (
	fontSize = cellWidth / 0.6 // pixels
	descent  = 8               // pixels from the baseline to the bottom of the line
)

// typefaces are the fonts in order of preference: Go Mono, then those with a wide range of symbols.
var typefaces = sync.OnceValue(func() (all []*sfnt.Font) {
	for _, file := range [][]byte{gomono.TTF, dejavusansmono.TTF, dejavusans.TTF} {
		parsed, err := opentype.Parse(file)
		if err != nil {
			panic(err) // the fonts are embedded
		}
		all = append(all, parsed)
	}
	return all
})

// Shows reports whether the fonts have all glyphs of a text.
func Shows(content []byte) bool {
	_, err := clean(content)
	return !errors.Is(err, ErrNeedsShaping)
}

// hasGlyph reports whether a font has a glyph for a character.
func hasGlyph(r rune) bool { return r < 0x7f || fontOf(r) != nil }

// fontOf is the first font with a glyph for a character. Of all fonts but Go Mono it uses only glyphs that stand alone:
// scripts that join letters, or run from right to left, need shaping.
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

// glyph is the black pixels of a character, relative to its baseline.
type glyph struct {
	dots []image.Point
}

var glyphs sync.Map // of *glyph, by rune

func glyphOf(r rune) *glyph {
	if cached, ok := glyphs.Load(r); ok {
		return cached.(*glyph) //nolint:errcheck,forcetypeassert // it holds nothing else
	}
	drawn := rasterize(r)
	glyphs.Store(r, drawn)
	return drawn
}

func rasterize(r rune) *glyph {
	drawn := &glyph{}
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

// sized is a font in which a character fits its cell: symbols of DejaVu Sans are wider.
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
		panic(err) // the options are constants
	}
	return face
}

// draw blackens the glyph's pixels that are on the page.
func (g *glyph) draw(page faxpage.Page, left, base int) {
	for _, dot := range g.dots {
		x, y := left+dot.X, base+dot.Y
		if x >= 0 && x < faxpage.Width && y >= 0 && y < page.Lines() {
			page.Blacken(x, y)
		}
	}
}
