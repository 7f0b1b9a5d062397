package document

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// UTF8 returns a text as UTF-8, without a byte order mark: it may be in UTF-8, in UTF-16 with a mark as Windows writes it,
// or in Windows-1252, of which Latin-1 is a part. It refuses what is no text: ErrEscapes for one with escape sequences,
// ErrUnsupported for anything else.
func UTF8(content []byte) ([]byte, error) {
	content, err := decoded(content)
	if err != nil {
		return nil, err
	}
	if bytes.ContainsFunc(content, func(r rune) bool { return unicode.IsControl(r) && r != escape && !strings.ContainsRune(controls, r) }) {
		return nil, ErrUnsupported
	}
	if bytes.ContainsRune(content, escape) {
		return nil, ErrEscapes
	}
	return content, nil
}

const (
	escape = '\x1b'
	// controls are those that a text may have: they lay it out.
	controls = "\n\r\f\t"
	// endOfFile ends texts of DOS.
	endOfFile = "\x1a"
)

func decoded(content []byte) ([]byte, error) {
	content = bytes.TrimSuffix(content, []byte(endOfFile))
	switch {
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")):
		content = content[3:]
		if !utf8.Valid(content) {
			return nil, ErrUnsupported
		}
		return content, nil
	case bytes.HasPrefix(content, []byte("\xff\xfe")):
		return ofUTF16(content[2:], binary.LittleEndian)
	case bytes.HasPrefix(content, []byte("\xfe\xff")):
		return ofUTF16(content[2:], binary.BigEndian)
	case utf8.Valid(content):
		return content, nil
	case isWestern(content):
		return charmap.Windows1252.NewDecoder().Bytes(content)
	}
	return nil, ErrUnsupported
}

// ofUTF16 decodes what follows the mark. Half a pair is no text.
func ofUTF16(content []byte, order binary.ByteOrder) ([]byte, error) {
	if len(content)%2 != 0 {
		return nil, ErrUnsupported
	}
	text := make([]byte, 0, len(content))
	for i := 0; i < len(content); i += 2 {
		r := rune(order.Uint16(content[i:]))
		if utf16.IsSurrogate(r) {
			if i += 2; i >= len(content) {
				return nil, ErrUnsupported
			}
			if r = utf16.DecodeRune(r, rune(order.Uint16(content[i:]))); r == unicode.ReplacementChar {
				return nil, ErrUnsupported
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text, nil
}

// isWestern reports whether a text may be in Windows-1252: it has no byte that is undefined there, and none of the long
// rows of various high bytes that other alphabets have in their encodings.
func isWestern(content []byte) bool {
	const longest = 4
	row := map[byte]bool{}
	length := 0
	for _, b := range content {
		switch {
		case b == 0x81 || b == 0x8d || b == 0x8f || b == 0x90 || b == 0x9d:
			return false
		case b < 0x80:
			length = 0
			clear(row)
			continue
		}
		row[b] = true
		if length++; length > longest && len(row) > 2 {
			return false
		}
	}
	return true
}
