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

// TypeOf tells by its first bytes, or by the files in it, what a file is; names and declared types are not asked.
func TypeOf(content []byte) (Type, error) {
	starts := func(magic string) bool { return bytes.HasPrefix(content, []byte(magic)) }
	switch {
	case len(bytes.TrimSpace(content)) == 0:
		return "", ErrEmpty
	case starts("%PDF-"):
		return PDF, nil
	case starts("II*\x00"), starts("MM\x00*"), starts("II+\x00"), starts("MM\x00+"): // the last two with addresses of 64 bits
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

// textType is that of anything else that is a text.
func textType(content []byte) (Type, error) {
	if !strings.HasPrefix(http.DetectContentType(content), "text/") {
		return "", ErrUnsupported
	}
	text, err := UTF8(content)
	if err != nil {
		return "", err
	}
	if isMarkup(text) || begins(text, "<html", "<head", "<body") { // in UTF-16: what reads HTML would not know
		return "", ErrUnsupported
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return "", ErrEmpty
	}
	return Text, nil
}

// isLatePDF finds a PDF file after something else: Adobe's reader takes one whose header begins within the first 1,024
// bytes (PDF Reference 1.7, appendix H).
func isLatePDF(content []byte) bool {
	const latest = 1024
	at := bytes.Index(content[:min(len(content), latest+len("%PDF-"))], []byte("%PDF-"))
	return at >= 0 && bytes.Contains(content[at:], []byte(" obj"))
}

// containerRefusal is that of the container of older office documents, in which newer ones are when they have a password
// (MS-OFFCRYPTO 2.3.4).
func containerRefusal(content []byte) error {
	const name = "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
	if bytes.Contains(content, []byte(name)) {
		return ErrEncrypted
	}
	return ErrUnsupported
}

// officeType tells the formats of Office Open XML apart, which are archives. An entry named mimetype is what an OpenDocument
// file has: an archive that is both would be read as the other one by LibreOffice.
func officeType(content []byte) (Type, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", ErrUnsupported
	}
	if !modest(archive) {
		return "", ErrTooLarge
	}
	return mainPart(archive)
}

// modest reports whether an archive is one that a person has made, by what it says of itself.
func modest(archive *zip.Reader) bool {
	const maxFiles, maxUnpacked = 5_000, 128 << 20
	unpacked := uint64(0)
	for _, file := range archive.File {
		unpacked += min(file.UncompressedSize64, maxUnpacked+1)
	}
	return len(archive.File) <= maxFiles && unpacked <= maxUnpacked
}

// isMarkup finds formats that are made of text and would be faxed as their source.
func isMarkup(content []byte) bool {
	return begins(content, "{\\rtf", "<!doctype", "<?xml", "<svg", "%!ps")
}

func begins(content []byte, signs ...string) bool {
	start := strings.TrimPrefix(string(content[:min(len(content), 512)]), "\ufeff")
	start = strings.ToLower(strings.TrimSpace(start))
	for _, sign := range signs {
		if strings.HasPrefix(start, sign) {
			return true
		}
	}
	return false
}
