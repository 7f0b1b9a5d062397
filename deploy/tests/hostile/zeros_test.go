package hostile

import (
	"bytes"
	"compress/zlib"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestZerosSwellToAsManyAsWereAskedFor(t *testing.T) {
	for _, count := range []int{0, 1, 1000, mega - 1, mega, mega + 1, 2 * mega, 7*mega + 99} {
		packed := zeros(count)
		r, err := zlib.NewReader(bytes.NewReader(packed))
		require.NoError(t, err)
		all, err := io.ReadAll(r)
		require.NoError(t, err, count)
		require.Len(t, all, count)
	}
}
