package document

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/pages"
)

// Type is a media type that can be faxed.
type Type string

// The types that can be faxed.
const (
	PDF  Type = "application/pdf"
	TIFF Type = "image/tiff"
	PNG  Type = "image/png"
	JPEG Type = "image/jpeg"
	Text Type = "text/plain"
)

// TypeOf tells by its first bytes what a file is; names and declared types are not asked.
func TypeOf(content []byte) (Type, error) {
	starts := func(magic string) bool { return bytes.HasPrefix(content, []byte(magic)) }
	switch {
	case starts("%PDF-"):
		return PDF, nil
	case starts("II*\x00"), starts("MM\x00*"):
		return TIFF, nil
	case starts("\x89PNG\r\n\x1a\n"):
		return PNG, nil
	case starts("\xff\xd8\xff"):
		return JPEG, nil
	case isMarkup(content) || !strings.HasPrefix(http.DetectContentType(content), "text/plain"):
		return "", pages.ErrUnsupported
	default:
		return Text, nil
	}
}

// isMarkup finds formats that are made of text and would be faxed as their source.
func isMarkup(content []byte) bool {
	start := strings.ToLower(string(bytes.TrimSpace(content[:min(len(content), 512)])))
	start = strings.TrimPrefix(start, "\ufeff")
	for _, sign := range []string{"{\\rtf", "<!doctype", "<html", "<?xml", "<svg", "%!ps"} {
		if strings.HasPrefix(start, sign) {
			return true
		}
	}
	return false
}
