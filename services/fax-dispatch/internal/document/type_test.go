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

func TestEveryRefusalIsAReasonThatIsPublic(t *testing.T) {
	for _, refusal := range refusals() {
		if refusal != ErrTooLong { // which is told as a field that is wrong
			require.Contains(t, contract.UnsupportedReasons(), string(refusal))
		}
	}
	require.Len(t, contract.UnsupportedReasons(), len(refusals())-1)
}

func refusals() []Refusal {
	return []Refusal{ErrUnsupported, ErrEncrypted, ErrDamaged, ErrEmpty, ErrTooLarge, ErrTooLong, ErrTooComplex}
}

func FuzzWhateverItIsItHasATypeOrIsRefused(f *testing.F) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	_, err := w.Create("word/document.xml")
	require.NoError(f, err)
	require.NoError(f, w.Close())
	for _, seed := range []string{
		"", " \n", "%PDF-1.7", "II*\x00", "MM\x00*", "\x89PNG\r\n\x1a\n", "\xff\xd8\xff", archive.String(), "\ufeff <!DOCTYPE html>",
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
