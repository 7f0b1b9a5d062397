package document

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestTheEncodingOfATextIsDetected(t *testing.T) {
	for name, c := range map[string]struct{ content, text string }{
		"UTF-8":                        {"Grüße ✓ 😀", "Grüße ✓ 😀"},
		"UTF-8 with a mark":            {"\xef\xbb\xbfGrüße", "Grüße"},
		"UTF-16 of Windows":            {"\xff\xfeG\x00\xfc\x00\r\x00\n\x00=\xd8\x00\xde", "Gü\r\n😀"},
		"UTF-16, the other way":        {"\xfe\xff\x00G\x00\xfc", "Gü"},
		"Windows-1252":                 {"Caf\xe9 \x93quoted\x94 \x96 \x805", "Café “quoted” – €5"},
		"Latin-1":                      {"na\xefve fa\xe7ade", "naïve façade"},
		"a row of bullets":             {"\x95\x95\x95\x95\x95\x95\x95\x95 list", "•••••••• list"},
		"an end of file of DOS":        {"text\x1a", "text"},
		"what lays a text out":         {"a\tb\fc\r\n", "a\tb\fc\r\n"},
		"capitals with umlauts":        {"\xc4\xd6\xdc!", "ÄÖÜ!"},
		"a text of a single high byte": {"\xa7", "§"},
	} {
		text, err := UTF8([]byte(c.content))
		require.NoError(t, err, name)
		require.Equal(t, c.text, string(text), name)
	}
}

func TestWhatIsNotTextIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		why     Refusal
	}{
		"a byte that is undefined":   {"caf\xe9 \x81", ErrUnsupported},
		"Russian in KOI8":            {"\xf0\xd2\xc9\xd7\xc5\xd4", ErrUnsupported},
		"Japanese in Shift JIS":      {"\x93\xfa\x96{\x8c\xea\x82\xcc\x95\xb6\x8f\x91", ErrUnsupported},
		"half a pair":                {"\xff\xfe=\xd8", ErrUnsupported},
		"half a letter":              {"\xff\xfea", ErrUnsupported},
		"UTF-8 with a mark, cut off": {"\xef\xbb\xbfGr\xc3", ErrUnsupported},
		"NUL":                        {"a\x00b", ErrUnsupported},
		"a bell":                     {"a\ab", ErrUnsupported},
		"colours for a terminal":     {"\x1b[1mbold\x1b[0m", ErrEscapes},
		"binary with an escape":      {"\x1b\x00\x01", ErrUnsupported},
	} {
		_, err := UTF8([]byte(c.content))
		require.ErrorIs(t, err, c.why, name)
	}
}

func TestAPDFMayFollowOtherBytes(t *testing.T) {
	for content, want := range map[string]Type{
		"junk\n%PDF-1.4\n1 0 obj":         PDF,
		"a text about %PDF- and no more":  Text,
		"%!PS-Adobe\n%PDF-1.4\n1 0 obj":   "",
		"GIF89a\x01\x00%PDF-1.4\n1 0 obj": PDF,
	} {
		kind, err := TypeOf([]byte(content))
		require.Equal(t, want, kind, content)
		require.Equal(t, want == "", err != nil, content)
	}
	late := append(make([]byte, 2000), "%PDF-1.4\n1 0 obj"...)
	_, err := TypeOf(late)
	require.ErrorIs(t, err, ErrUnsupported)
}

func FuzzWhateverIsReadAsTextIsUTF8(f *testing.F) {
	for _, seed := range []string{"", "a", "\xff\xfea\x00", "\xfe\xff\x00a", "\xe9", "\xef\xbb\xbf"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		text, err := UTF8(content)
		require.True(t, err != nil || utf8.Valid(text))
		require.LessOrEqual(t, len(text), 3*len(content))
	})
}
