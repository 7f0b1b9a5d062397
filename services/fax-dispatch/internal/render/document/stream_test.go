package document

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/faxpage"
)

// stream is two pages and an end.
func stream(t testing.TB, end Refusal) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewPageWriter(&out)
	require.NoError(t, w.Add(EncodePage(faxpage.New(3))))
	require.NoError(t, w.Add(EncodePage(faxpage.New(2000))))
	require.NoError(t, w.End(end))
	return out.Bytes()
}

func discard(Page) error { return nil }

func TestAStreamBringsItsPagesAndATruncatedOneIsAnError(t *testing.T) {
	all := stream(t, "")
	var lines []int
	err := ReadPages(bytes.NewReader(all), func(page Page) error {
		lines = append(lines, page.Lines)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []int{3, 2000}, lines)
	for cut := range len(all) {
		require.ErrorIs(t, ReadPages(bytes.NewReader(all[:cut]), discard), ErrBadOutput, "cut at %d", cut)
	}
	require.ErrorIs(t, ReadPages(bytes.NewReader(stream(t, ErrDamaged)), discard), ErrDamaged)
}

// A document that has taken over a worker writes what it likes to this reader.
func FuzzAnyStreamEndsAndBringsNothingLarge(f *testing.F) {
	f.Add(stream(f, ""))
	f.Add(stream(f, ErrEncrypted))
	f.Add([]byte("\x00\x00\x00\x01\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		err := ReadPages(bytes.NewReader(content), func(page Page) error {
			require.True(t, page.Lines >= 1 && page.Lines <= maxLines && len(page.Code) <= maxCode)
			return nil
		})
		var refusal Refusal
		require.True(t, err == nil || errors.Is(err, ErrBadOutput) || errors.As(err, &refusal), "%v", err)
	})
}
