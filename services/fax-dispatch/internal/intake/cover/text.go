package cover

import (
	"strings"
	"unicode/utf8"
)

const (
	columns = 72 // of a page of plain text
	labels  = 9  // columns before a value
)

// banner is the title of a page of plain text.
const banner = `█████  ███  █   █
█     █   █  █ █
████  █████   █
█     █   █  █ █
█     █   █ █   █

`

// asText writes lines as plain text.
func asText(lines []line) string {
	var page strings.Builder
	for _, l := range lines {
		switch {
		case l.kind == title:
			page.WriteString(banner)
		case l.kind == rule:
			page.WriteString(strings.Repeat("─", columns) + "\n")
		case l.label != "":
			beside(&page, l.label, l.value)
		default:
			page.WriteString(strings.Join(wrap(l.value, columns), "\n") + "\n")
		}
	}
	return page.String()
}

// beside writes a value, wrapped, to the right of its label.
func beside(page *strings.Builder, label, value string) {
	for _, part := range wrap(value, columns-labels) {
		page.WriteString(label + strings.Repeat(" ", labels-utf8.RuneCountInString(label)) + part + "\n")
		label = ""
	}
}

// wrap breaks text into lines of at most width letters, between words where possible.
func wrap(text string, width int) (lines []string) {
	for paragraph := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		line, length := "", 0
		for word := range strings.FieldsSeq(paragraph) {
			for _, piece := range pieces(word, width) {
				size := utf8.RuneCountInString(piece)
				if length > 0 && length+1+size > width {
					lines, line, length = append(lines, line), "", 0
				}
				if length > 0 {
					line, length = line+" ", length+1
				}
				line, length = line+piece, length+size
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// pieces splits a word that is longer than a line.
func pieces(word string, width int) (cut []string) {
	letters := []rune(word)
	for len(letters) > width {
		cut, letters = append(cut, string(letters[:width])), letters[width:]
	}
	return append(cut, string(letters))
}
