package pages_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/pages"
)

func TestTextIsLaidOutInEightyColumns(t *testing.T) {
	lines := func(n int) string { return strings.Repeat("line\n", n) }
	cases := map[string]struct {
		text  string
		sheet pages.Sheet
		want  int
	}{
		"one letter":                  {"a", pages.Letter, 1},
		"a full page":                 {lines(60), pages.Letter, 1},
		"a line more":                 {lines(61), pages.Letter, 2},
		"legal":                       {lines(76), pages.Legal, 1},
		"a line more on legal":        {lines(77), pages.Legal, 2},
		"a4":                          {lines(66), pages.A4, 1},
		"a line more on a4":           {lines(67), pages.A4, 2},
		"b4":                          {lines(67), pages.B4, 2},
		"no size is letter":           {lines(61), "", 2},
		"exactly the width":           {strings.Repeat(strings.Repeat("x", 80)+"\n", 60), pages.Letter, 1},
		"wider lines wrap":            {strings.Repeat(strings.Repeat("x", 81)+"\n", 31), pages.Letter, 2},
		"one endless line":            {strings.Repeat("é", 80*60+1), pages.Letter, 2},
		"carriage returns":            {strings.Repeat("line\r", 61), pages.Letter, 2},
		"both ends of line":           {strings.Repeat("line\r\n", 60), pages.Letter, 1},
		"a form feed":                 {"a\fb", pages.Letter, 2},
		"form feeds make blank pages": {"a\f\fb", pages.Letter, 3},
		"a form feed after a page":    {lines(60) + "\fb", pages.Letter, 3},
		"white space at the end":      {"a" + strings.Repeat("\n", 500) + "\f\f  ", pages.Letter, 1},
		"empty lines before":          {strings.Repeat("\n", 60) + "a", pages.Letter, 2},
		"tabs":                        {strings.Repeat(strings.Repeat("\t", 10)+"x\n", 31), pages.Letter, 2},
		"a byte order mark":           {"\ufeffa", pages.Letter, 1},
	}
	for name, c := range cases {
		got, err := pages.InText([]byte(c.text), c.sheet)
		require.NoError(t, err, name)
		require.Equal(t, c.want, got, name)
	}
}

func TestWhatIsNotTextIsRefused(t *testing.T) {
	for _, text := range []string{"a\x00b", "a\x1bb", "\xff\xfea\x00", "a\x80", "bell\a"} {
		_, err := pages.InText([]byte(text), pages.Letter)
		require.ErrorIs(t, err, pages.ErrUnsupported, "%q", text)
	}
	for _, text := range []string{"", " ", "\n\n\f\t\r\n", "\ufeff"} {
		_, err := pages.InText([]byte(text), pages.Letter)
		require.ErrorIs(t, err, pages.ErrEmpty, "%q", text)
	}
}

func FuzzTextHasAtLeastAPageAndNoMoreThanItsLetters(f *testing.F) {
	for _, seed := range []string{"", "a", "a\fb", strings.Repeat("x\n", 200), "\t\t\t", "\r\n\r\n"} {
		f.Add([]byte(seed), "a4")
	}
	f.Fuzz(func(t *testing.T, content []byte, sheet string) {
		count, err := pages.InText(content, pages.Sheet(sheet))
		if err != nil {
			require.Zero(t, count)
			return
		}
		require.Positive(t, count)
		require.LessOrEqual(t, count, len(content))
	})
}
