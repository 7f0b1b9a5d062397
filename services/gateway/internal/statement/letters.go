package statement

import (
	"strings"
	"unicode"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// letters has the characters that the fonts can show: Latin, Greek and Cyrillic. The PDF library cannot set scripts
// that run from right to left or join their letters, so these count as not shown.
type letters struct {
	fonts []*sfnt.Font
}

func newLetters(ttfs ...[]byte) (letters, error) {
	var l letters
	for _, ttf := range ttfs {
		font, err := sfnt.Parse(ttf)
		if err != nil {
			return letters{}, err
		}
		l.fonts = append(l.fonts, font)
	}
	return l, nil
}

// canShow reports whether all of a text can be shown.
func (l letters) canShow(text string) bool {
	for _, r := range norm.NFC.String(text) {
		if !l.has(r) {
			return false
		}
	}
	return true
}

// shown is the text with a question mark for each character that cannot be shown.
func (l letters) shown(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !l.has(r) {
			return '?'
		}
		return r
	}, norm.NFC.String(text))
}

func (l letters) has(r rune) bool {
	properties, _ := bidi.LookupRune(r)
	if r > 0xFFFF || unicode.IsControl(r) || unicode.Is(unicode.Mn, r) || properties.Class() == bidi.R || properties.Class() == bidi.AL {
		return false
	}
	for _, font := range l.fonts {
		if index, err := font.GlyphIndex(nil, r); err != nil || index == 0 {
			return false
		}
	}
	return true
}
