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

// UTF8 converts a text to UTF-8 without a byte order mark. It detects UTF-8, UTF-16 with a mark as Windows writes it, and
// Windows-1252, a superset of Latin-1. It refuses a text with escape sequences with ErrEscapes, and what is not text with
// ErrUnsupported.
func UTF8(content []byte) ([]byte, error) {
	content, err := decode(content)
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
	// controls are the permitted control characters, which lay a text out.
	controls = "\n\r\f\t"
	// endOfFile ends DOS texts.
	endOfFile = "\x1a"
)

func decode(content []byte) ([]byte, error) {
	content = bytes.TrimSuffix(content, []byte(endOfFile))
	switch {
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")):
		content = content[3:]
		if !utf8.Valid(content) {
			return nil, ErrUnsupported
		}
		return content, nil
	case bytes.HasPrefix(content, []byte("\xff\xfe")):
		return decodeUTF16(content[2:], binary.LittleEndian)
	case bytes.HasPrefix(content, []byte("\xfe\xff")):
		return decodeUTF16(content[2:], binary.BigEndian)
	case utf8.Valid(content):
		return content, nil
	case isWestern(content):
		return charmap.Windows1252.NewDecoder().Bytes(content)
	}
	return nil, ErrUnsupported
}

// decodeUTF16 decodes what follows the mark. An unpaired surrogate is refused.
func decodeUTF16(content []byte, order binary.ByteOrder) ([]byte, error) {
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

// isWestern reports whether a text may be in Windows-1252: it has no byte that is undefined there, and none of the long runs
// of different high bytes that encodings of other alphabets produce.
func isWestern(content []byte) bool {
	const maxRun = 4
	run := map[byte]bool{}
	length := 0
	for _, b := range content {
		switch {
		case b == 0x81 || b == 0x8d || b == 0x8f || b == 0x90 || b == 0x9d:
			return false
		case b < 0x80:
			length = 0
			clear(run)
			continue
		}
		run[b] = true
		if length++; length > maxRun && len(run) > 2 {
			return false
		}
	}
	return true
}
