package text_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/text"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// count lays a text out and returns how many pages it takes.
func count(content []byte, sheet document.Sheet) (int, error) {
	pages := 0
	err := text.Pages(content, document.Job{Sheet: sheet, Resolution: faxpage.Standard}, func(document.Page) error {
		pages++
		return nil
	})
	return pages, err
}

func TestTextIsLaidOutInEightyColumns(t *testing.T) {
	lines := func(n int) string { return strings.Repeat("line\n", n) }
	cases := map[string]struct {
		text  string
		sheet document.Sheet
		want  int
	}{
		"one letter":                  {"a", document.Letter, 1},
		"a full page":                 {lines(60), document.Letter, 1},
		"a line more":                 {lines(61), document.Letter, 2},
		"legal":                       {lines(76), document.Legal, 1},
		"a line more on legal":        {lines(77), document.Legal, 2},
		"a4":                          {lines(66), document.A4, 1},
		"a line more on a4":           {lines(67), document.A4, 2},
		"b4":                          {lines(67), document.B4, 2},
		"no size is letter":           {lines(61), "", 2},
		"exactly the width":           {strings.Repeat(strings.Repeat("x", 80)+"\n", 60), document.Letter, 1},
		"wider lines wrap":            {strings.Repeat(strings.Repeat("x", 81)+"\n", 31), document.Letter, 2},
		"one endless line":            {strings.Repeat("é", 80*60+1), document.Letter, 2},
		"carriage returns":            {strings.Repeat("line\r", 61), document.Letter, 2},
		"both ends of line":           {strings.Repeat("line\r\n", 60), document.Letter, 1},
		"a form feed":                 {"a\fb", document.Letter, 2},
		"form feeds make blank pages": {"a\f\fb", document.Letter, 3},
		"a form feed after a page":    {lines(60) + "\fb", document.Letter, 3},
		"white space at the end":      {"a" + strings.Repeat("\n", 500) + "\f\f  ", document.Letter, 1},
		"empty lines before":          {strings.Repeat("\n", 60) + "a", document.Letter, 2},
		"tabs":                        {strings.Repeat(strings.Repeat("\t", 10)+"x\n", 31), document.Letter, 2},
		"a byte order mark":           {"\ufeffa", document.Letter, 1},
	}
	for name, c := range cases {
		got, err := count([]byte(c.text), c.sheet)
		require.NoError(t, err, name)
		require.Equal(t, c.want, got, name)
	}
}

func TestWhatIsNotTextIsRefused(t *testing.T) {
	for _, text := range []string{"a\x00b", "a\x1bb", "\xff\xfea\x00", "a\x80", "bell\a", strings.Repeat("\n", 70) + "x\vx", "a\u0085b"} {
		_, err := count([]byte(text), document.Letter)
		require.ErrorIs(t, err, document.ErrUnsupported, "%q", text)
	}
	for _, text := range []string{"", " ", "\n\n\f\t\r\n", "\ufeff"} {
		_, err := count([]byte(text), document.Letter)
		require.ErrorIs(t, err, document.ErrEmpty, "%q", text)
	}
}

func FuzzTextHasAtLeastAPageAndNoMoreThanCharacters(f *testing.F) {
	for _, seed := range []string{"", "a", "a\fb", strings.Repeat("x\n", 200), "\t\t\t", "\r\n\r\n"} {
		f.Add([]byte(seed), "a4")
	}
	f.Fuzz(func(t *testing.T, content []byte, sheet string) {
		count, err := count(content, document.Sheet(sheet))
		if err != nil {
			require.Zero(t, count)
			return
		}
		require.Positive(t, count)
		require.LessOrEqual(t, count, len(content))
	})
}

func TestGlyphsThatTheFontLacksComeFromAnother(t *testing.T) {
	for _, sign := range []string{"✓", "😀", "☐", "☑", "★", "→", "⚠\ufe0f", "Ա"} {
		got, err := count([]byte("a "+sign+"\n"), document.Letter)
		require.NoError(t, err, sign)
		require.Equal(t, 1, got)
	}
	for _, letters := range []string{"سلام", "שלום", "漢字", "नमस्ते"} {
		_, err := count([]byte(letters), document.Letter)
		require.ErrorIs(t, err, text.ErrNeedsShaping, letters)
	}
}
