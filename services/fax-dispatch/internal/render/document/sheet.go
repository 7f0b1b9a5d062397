package document

// Sheet is the paper size for documents without pages of their own.
type Sheet string

// The sizes. The empty sheet is Letter.
const (
	Letter Sheet = "letter"
	Legal  Sheet = "legal"
	A4     Sheet = "a4"
	B4     Sheet = "b4"
)

// Sheets lists every size.
func Sheets() []Sheet { return []Sheet{Letter, Legal, A4, B4} }

// Inches is the size of the sheet on the fax. A line of a fax is 8.47 inches long, so B4 is scaled down.
func (s Sheet) Inches() (width, height float64) {
	switch s {
	case Legal:
		return 8.5, 14
	case A4:
		return 8.27, 11.69
	case B4:
		return 8.47, 11.95
	default:
		return 8.5, 11
	}
}
