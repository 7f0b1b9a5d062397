package worker

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// written are two pages and their end.
func written(t testing.TB, end document.Refusal) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out)
	require.NoError(t, w.Add(document.EncodePage(faxpage.New(3))))
	require.NoError(t, w.Add(document.EncodePage(faxpage.New(2000))))
	require.NoError(t, w.End(end))
	return out.Bytes()
}

func TestPagesComeBackAndAnEndThatIsMissingIsNoEnd(t *testing.T) {
	all := written(t, "")
	r := NewReader(bytes.NewReader(all))
	for _, lines := range []int{3, 2000} {
		page, err := r.Next()
		require.NoError(t, err)
		require.Equal(t, lines, page.Lines)
	}
	_, err := r.Next()
	require.ErrorIs(t, err, io.EOF)
	for cut := range len(all) {
		require.ErrorIs(t, readAll(all[:cut]), ErrForeign, "cut at %d", cut)
	}
	require.ErrorIs(t, readAll(written(t, document.ErrDamaged)), document.ErrDamaged)
}

func readAll(content []byte) error {
	r := NewReader(bytes.NewReader(content))
	for {
		if _, err := r.Next(); err != nil {
			return err
		}
	}
}

// What a child writes after a document has taken it over reaches this reader.
func FuzzAForeignStreamEndsAndBringsNothingLarge(f *testing.F) {
	f.Add(written(f, ""))
	f.Add(written(f, document.ErrEncrypted))
	f.Add([]byte("\x00\x00\x00\x01\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		r := NewReader(bytes.NewReader(content))
		for {
			page, err := r.Next()
			if err == nil {
				require.True(t, page.Lines >= 1 && page.Lines <= maxLines && len(page.Code) <= maxCode)
				continue
			}
			var refusal document.Refusal
			require.True(t, errors.Is(err, io.EOF) || errors.Is(err, ErrForeign) || errors.As(err, &refusal), "%v", err)
			return
		}
	})
}
