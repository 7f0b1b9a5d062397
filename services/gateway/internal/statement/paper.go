package statement

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
)

// Millimetres on A4.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	margin     = 18.0
	textWidth  = pageWidth - 2*margin
	bottom     = pageHeight - 22 // below are the footers
)

const (
	family  = "Liberation Sans"
	regular = ""
	bold    = "B"
)

// colour is one of the few that a statement has.
type colour struct{ r, g, b int }

func ink() colour   { return colour{23, 33, 29} }
func quiet() colour { return colour{98, 112, 105} }
func hair() colour  { return colour{215, 225, 220} }
func mint() colour  { return colour{47, 191, 134} }

// paper is the document and the pen on it.
type paper struct {
	*fpdf.Fpdf

	letters letters
}

func newPaper(s *Statement) (*paper, error) {
	known, err := newLetters(liberationsansregular.TTF, liberationsansbold.TTF)
	if err != nil {
		return nil, err
	}
	doc := fpdf.New("P", "mm", "A4", "")
	p := &paper{Fpdf: doc, letters: known}
	doc.AddUTF8FontFromBytes(family, regular, liberationsansregular.TTF)
	doc.AddUTF8FontFromBytes(family, bold, liberationsansbold.TTF)
	doc.SetMargins(margin, margin, margin)
	doc.SetAutoPageBreak(false, 0)
	doc.SetCellMargin(0)
	doc.SetCreationDate(s.AsOf)
	doc.SetModificationDate(s.AsOf)
	doc.SetLang("en")
	doc.SetTitle(utf16Text("Statement "+string(s.Month)+", "+s.AccountName), false)
	doc.SetCreator("mintfax", true)
	doc.AddPage()
	return p, doc.Error()
}

// utf16Text is a text of the document's own properties: UTF-16BE with its mark. The library's own encoding
// loses what is beyond the basic plane.
func utf16Text(text string) string {
	encoded := []byte{0xFE, 0xFF}
	for _, unit := range utf16.Encode([]rune(text)) {
		encoded = binary.BigEndian.AppendUint16(encoded, unit)
	}
	return string(encoded)
}

// pen sets what is written with next.
func (p *paper) pen(style string, points float64, c colour) {
	p.SetFont(family, style, points)
	p.SetTextColor(c.r, c.g, c.b)
}

// put writes one line of text in a box from x, y on; align is L or R. What does not fit ends in an ellipsis.
func (p *paper) put(x, y, width, height float64, text, align string) {
	p.SetXY(x, y)
	p.CellFormat(width, height, p.fit(p.letters.shown(text), width), "", 0, align+"M", false, 0, "")
}

// whole writes an id, smaller when it is wide: part of an id is of no use.
func (p *paper) whole(x, y, width, height float64, id string) {
	points, _ := p.GetFontSize()
	if needed := p.GetStringWidth(id); needed > width {
		p.SetFontSize(points * width / needed * 0.99)
	}
	p.put(x, y, width, height, id, "L")
	p.SetFontSize(points)
}

func (p *paper) fit(text string, width float64) string {
	if p.GetStringWidth(text) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 {
		runes = runes[:len(runes)-1]
		if cut := strings.TrimRight(string(runes), " ") + "…"; p.GetStringWidth(cut) <= width {
			return cut
		}
	}
	return ""
}

func (p *paper) rule(y, thickness float64, c colour) {
	p.SetDrawColor(c.r, c.g, c.b)
	p.SetLineWidth(thickness)
	p.Line(margin, y, margin+textWidth, y)
}

// room begins a new page when less than height is left, and reports whether it has.
func (p *paper) room(height float64) bool {
	if p.GetY()+height <= bottom {
		return false
	}
	p.AddPage()
	p.SetY(margin)
	return true
}

// note is a paragraph in small grey print.
func (p *paper) note(text string) {
	p.pen(regular, 8, quiet())
	const lineHeight = 4.2
	lines := p.SplitText(p.letters.shown(text), textWidth)
	p.room(float64(len(lines))*lineHeight + 3)
	y := p.GetY() + 3
	for _, line := range lines {
		p.put(margin, y, textWidth, lineHeight, line, "L")
		y += lineHeight
	}
	p.SetY(y)
}
