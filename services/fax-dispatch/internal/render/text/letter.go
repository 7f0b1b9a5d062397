package text

import (
	"errors"
	"image"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/mintfax/mintfax/shared/faxpage"
)

// A letter of Go Mono is 0.6 of its size wide.
const (
	fontSize = cellWidth / 0.6 // pixels
	descent  = 8               // pixels from the base line to the end of the line
)

var typeface = sync.OnceValue(func() *sfnt.Font {
	parsed, err := opentype.Parse(gomono.TTF)
	if err != nil {
		panic(err) // the font is part of the program
	}
	return parsed
})

// Shows reports whether the font has all letters of a text.
func Shows(content []byte) bool {
	_, err := clean(content)
	return !errors.Is(err, ErrNeedsShaping)
}

// shown reports whether the font has a letter.
func shown(r rune) bool {
	if r < 0x7f {
		return true
	}
	var buffer sfnt.Buffer
	index, err := typeface().GlyphIndex(&buffer, r)
	return err == nil && index != 0
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
	face, err := opentype.NewFace(typeface(), &opentype.FaceOptions{Size: fontSize, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic(err) // it depends on constants alone
	}
	defer face.Close()
	drawn := &letter{}
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

// draw blackens the letter's pixels that are on the page.
func (l *letter) draw(page faxpage.Page, left, base int) {
	for _, dot := range l.dots {
		x, y := left+dot.X, base+dot.Y
		if x >= 0 && x < faxpage.Width && y >= 0 && y < page.Lines() {
			page.Blacken(x, y)
		}
	}
}
