package document

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
)

func TestEveryRefusalIsAPublicReason(t *testing.T) {
	for _, refusal := range refusals() {
		if refusal != ErrTooLong { // which the API reports as an invalid field
			require.Contains(t, contract.UnsupportedReasons(), string(refusal))
		}
	}
	require.Len(t, contract.UnsupportedReasons(), len(refusals())-1)
}

func refusals() []Refusal {
	return []Refusal{ErrUnsupported, ErrEncrypted, ErrDamaged, ErrEmpty, ErrTooLarge, ErrTooLong, ErrTooComplex, ErrPrintingForbidden, ErrEscapes}
}

// packed is an archive of files, given as pairs of name and content.
func packed(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for i := 0; i < len(pairs); i += 2 {
		file, err := w.Create(pairs[i])
		require.NoError(t, err)
		_, err = file.Write([]byte(pairs[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return archive.Bytes()
}

func override(part, kind string) string {
	return `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="` + part + `" ContentType="` + kind + `"/></Types>`
}

func TestAnOfficeDocumentIsWhatItsListOfContentTypesSays(t *testing.T) {
	for name, c := range map[string]struct {
		archive []byte
		kind    Type
		err     error
	}{
		"a document": {packed(t, contentTypes, override("/word/document.xml", mainDocument), "word/document.xml", "x"), DOCX, nil},
		"a document with its main part elsewhere": {packed(t, "word/document2.xml", "x", contentTypes, override("/word/document2.xml", mainDocument)), DOCX, nil},
		"a sheet": {packed(t, contentTypes, override("/xl/workbook.xml", mainSheet), "xl/workbook.xml", "x"), XLSX, nil},
		"a text of OpenDocument with a part of a document": {
			packed(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "x", contentTypes, override("/word/document.xml", mainDocument), "word/document.xml", "x"),
			"", ErrUnsupported,
		},
		"no list":                   {packed(t, "word/document.xml", "x"), "", ErrUnsupported},
		"a list of what is missing": {packed(t, contentTypes, override("/word/document.xml", mainDocument)), "", ErrUnsupported},
		"a document and a sheet": {
			packed(t, contentTypes, override("/a.xml", mainDocument)+override("/b.xml", mainSheet), "a.xml", "x", "b.xml", "x"), "", ErrUnsupported,
		},
		"macros": {
			packed(t, contentTypes, override("/word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"), "word/document.xml", "x"), "", ErrUnsupported,
		},
		"one name twice": {packed(t, contentTypes, override("/word/document.xml", mainDocument), "word/document.xml", "x", "word/document.xml", "y"), "", ErrUnsupported},
		"a broken list":  {packed(t, contentTypes, "<Types><Over", "word/document.xml", "x"), "", ErrDamaged},
	} {
		kind, err := TypeOf(c.archive)
		require.ErrorIs(t, err, c.err, name)
		require.Equal(t, c.kind, kind, name)
	}
}

func FuzzWhateverItIsItHasATypeOrIsRefused(f *testing.F) {
	archive := packed(f, contentTypes, override("/word/document.xml", mainDocument), "word/document.xml", "x")
	for _, seed := range []string{
		"", " \n", "%PDF-1.7", "II*\x00", "MM\x00*", "\x89PNG\r\n\x1a\n", "\xff\xd8\xff", string(archive), "\ufeff <!DOCTYPE html>",
		"<?xml version='1.0'?>", "{\\rtf", "text", "\xff\xfea\x00",
	} {
		f.Add([]byte(seed))
	}
	types := []Type{PDF, TIFF, PNG, JPEG, Text, HTML, DOCX, XLSX}
	f.Fuzz(func(t *testing.T, content []byte) {
		kind, err := TypeOf(content)
		if err == nil {
			require.True(t, slices.Contains(types, kind), "%q", kind)
			return
		}
		var refusal Refusal
		require.True(t, errors.As(err, &refusal))
		require.Empty(t, kind)
	})
}
