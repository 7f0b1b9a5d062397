package render

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// stream is two pages and an end.
func stream(t testing.TB, end document.Refusal) []byte {
	t.Helper()
	var out bytes.Buffer
	w := newStreamWriter(&out)
	require.NoError(t, w.add(document.EncodePage(faxpage.New(3))))
	require.NoError(t, w.add(document.EncodePage(faxpage.New(2000))))
	require.NoError(t, w.end(end))
	return out.Bytes()
}

func discard(document.Page) error { return nil }

func TestAStreamBringsItsPagesAndATruncatedOneIsAnError(t *testing.T) {
	all := stream(t, "")
	var lines []int
	err := readPages(bytes.NewReader(all), func(page document.Page) error {
		lines = append(lines, page.Lines)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []int{3, 2000}, lines)
	for cut := range len(all) {
		require.ErrorIs(t, readPages(bytes.NewReader(all[:cut]), discard), sandbox.ErrBadOutput, "cut at %d", cut)
	}
	require.ErrorIs(t, readPages(bytes.NewReader(stream(t, document.ErrDamaged)), discard), document.ErrDamaged)
}

// A document that has taken over a worker writes what it likes to this reader.
func FuzzAnyStreamEndsAndBringsNothingLarge(f *testing.F) {
	f.Add(stream(f, ""))
	f.Add(stream(f, document.ErrEncrypted))
	f.Add([]byte("\x00\x00\x00\x01\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		err := readPages(bytes.NewReader(content), func(page document.Page) error {
			require.True(t, page.Lines >= 1 && page.Lines <= maxLines && len(page.Code) <= maxCode)
			return nil
		})
		var refusal document.Refusal
		require.True(t, err == nil || errors.Is(err, sandbox.ErrBadOutput) || errors.As(err, &refusal), "%v", err)
	})
}
