package document

import (
	"archive/zip"
	"bytes"
	"net/http"
	"strings"
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
	HTML Type = "text/html"
	DOCX Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// TypeOf detects the type of a file by its content. Names and declared types are not trusted.
func TypeOf(content []byte) (Type, error) {
	starts := func(magic string) bool { return bytes.HasPrefix(content, []byte(magic)) }
	switch {
	case len(bytes.TrimSpace(content)) == 0:
		return "", ErrEmpty
	case starts("%PDF-"):
		return PDF, nil
	case starts("II*\x00"), starts("MM\x00*"), starts("II+\x00"), starts("MM\x00+"): // the last two are BigTIFF
		return TIFF, nil
	case starts("\x89PNG\r\n\x1a\n"):
		return PNG, nil
	case starts("\xff\xd8\xff"):
		return JPEG, nil
	case starts("PK\x03\x04"):
		return officeType(content)
	case starts("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return "", containerRefusal(content)
	case begins(content, "<!doctype html", "<html", "<head", "<body"):
		return HTML, nil
	case isMarkup(content):
		return "", ErrUnsupported
	case isLatePDF(content):
		return PDF, nil
	default:
		return textType(content)
	}
}

// textType detects plain text.
func textType(content []byte) (Type, error) {
	if !strings.HasPrefix(http.DetectContentType(content), "text/") {
		return "", ErrUnsupported
	}
	text, err := UTF8(content)
	if err != nil {
		return "", err
	}
	if isMarkup(text) || begins(text, "<html", "<head", "<body") { // in UTF-16, which the HTML reader would not detect
		return "", ErrUnsupported
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return "", ErrEmpty
	}
	return Text, nil
}

// isLatePDF detects a PDF file that follows other bytes: Adobe's reader accepts a header within the first 1,024 bytes (PDF
// Reference 1.7, appendix H).
func isLatePDF(content []byte) bool {
	const maxOffset = 1024
	at := bytes.Index(content[:min(len(content), maxOffset+len("%PDF-"))], []byte("%PDF-"))
	return at >= 0 && bytes.Contains(content[at:], []byte(" obj"))
}

// containerRefusal is the refusal of the container of legacy office documents, which also wraps newer ones that have a
// password (MS-OFFCRYPTO 2.3.4).
func containerRefusal(content []byte) error {
	const name = "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
	if bytes.Contains(content, []byte(name)) {
		return ErrEncrypted
	}
	return ErrUnsupported
}

// officeType detects the formats of Office Open XML, which are archives.
func officeType(content []byte) (Type, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", ErrUnsupported
	}
	if !isPlausible(archive) {
		return "", ErrTooLarge
	}
	return mainPart(archive)
}

// isPlausible reports whether the declared sizes of an archive are those of a real document.
func isPlausible(archive *zip.Reader) bool {
	const maxFiles, maxUnpacked = 5_000, 128 << 20
	unpacked := uint64(0)
	for _, file := range archive.File {
		unpacked += min(file.UncompressedSize64, maxUnpacked+1)
	}
	return len(archive.File) <= maxFiles && unpacked <= maxUnpacked
}

// isMarkup detects formats that are text and would be faxed as their source.
func isMarkup(content []byte) bool {
	return begins(content, "{\\rtf", "<!doctype", "<?xml", "<svg", "%!ps")
}

func begins(content []byte, prefixes ...string) bool {
	start := strings.TrimPrefix(string(content[:min(len(content), 512)]), "\ufeff")
	start = strings.ToLower(strings.TrimSpace(start))
	for _, prefix := range prefixes {
		if strings.HasPrefix(start, prefix) {
			return true
		}
	}
	return false
}
