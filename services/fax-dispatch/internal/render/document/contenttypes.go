package document

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// maxContentTypes is how many bytes of an archive's list of content types are read.
const maxContentTypes = 1 << 20

const (
	contentTypes = "[Content_Types].xml"
	mainDocument = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	mainSheet    = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
)

// mainPart detects the format of an archive by the content type of its main part, as the formats' own readers do
// (ECMA-376, part 2, section 10.1.2). Documents with macros have other types, which are not supported.
func mainPart(archive *zip.Reader) (Type, error) {
	parts := map[string]bool{}
	var list *zip.File
	for _, file := range archive.File {
		// An entry mimetype makes LibreOffice read the archive as an OpenDocument file.
		if file.Name == "mimetype" || parts[file.Name] { // of two parts with one name, another reader may choose the other
			return "", ErrUnsupported
		}
		parts[file.Name] = true
		if file.Name == contentTypes {
			list = file
		}
	}
	if list == nil {
		return "", ErrUnsupported
	}
	opened, err := list.Open()
	if err != nil {
		return "", ErrDamaged
	}
	defer opened.Close()
	found, err := overrides(xml.NewDecoder(io.LimitReader(opened, maxContentTypes)), parts)
	if err != nil {
		return "", ErrDamaged
	}
	if len(found) != 1 {
		return "", ErrUnsupported
	}
	return found[0], nil
}

// overrides returns the types of the documents that the list declares and the archive contains, each once.
func overrides(list *xml.Decoder, parts map[string]bool) (found []Type, err error) {
	for {
		token, err := list.Token()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		element, ok := token.(xml.StartElement)
		if !ok || element.Name.Local != "Override" || !parts[strings.TrimPrefix(attribute(element, "PartName"), "/")] {
			continue
		}
		kind, known := map[string]Type{mainDocument: DOCX, mainSheet: XLSX}[attribute(element, "ContentType")]
		if known && !slices.Contains(found, kind) {
			found = append(found, kind)
		}
	}
}

func attribute(element xml.StartElement, name string) string {
	for _, a := range element.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
