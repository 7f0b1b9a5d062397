package intake

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/documents"
)

func TestAPanicWhileRenderingDoesNotEndTheService(t *testing.T) {
	storage, err := documents.Open(t.Context(), "file://"+t.TempDir(), []byte(strings.Repeat("k", 32)))
	require.NoError(t, err)
	t.Cleanup(func() { _ = storage.Close() })
	s := &Service{Documents: storage}
	_, _, err = s.stage(t.Context(), func(_ context.Context, to io.Writer) (int, error) {
		_, _ = io.WriteString(to, "the first page")
		panic("a fault of ours")
	})
	require.ErrorContains(t, err, "a fault of ours")
}
