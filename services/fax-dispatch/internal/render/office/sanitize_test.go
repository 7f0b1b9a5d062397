package office_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
)

func sanitize(ctx context.Context, t *testing.T, page string) (string, error) {
	t.Helper()
	safe, err := office.Sanitize(ctx, rendertest.Worker(t, office.Worker), []byte(page), document.Letter)
	return string(safe), err
}

func TestAWorkerSanitizesAPage(t *testing.T) {
	safe, err := sanitize(t.Context(), t, `<html><p style="color:red;background:url(x)">Hello</p><script>x</script>`)
	require.NoError(t, err)
	require.Contains(t, safe, `<p style="color: red">Hello</p>`)
	require.NotContains(t, safe, "script")
}

func TestAStyleThatTookExponentialTimeIsFilteredAtOnce(t *testing.T) {
	began := time.Now()
	for _, style := range []string{"border:" + strings.Repeat("1px ", 40) + "!", "font-family:" + strings.Repeat("a,", 50_000) + "!"} {
		safe, err := sanitize(t.Context(), t, `<html><p style="`+style+`">Hello</p>`)
		require.NoError(t, err)
		require.Contains(t, safe, "<p>Hello</p>")
	}
	require.Less(t, time.Since(began), 10*time.Second, "it took minutes")
}

func TestACancelledContextEndsTheWorker(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sanitize(ctx, t, "<html>")
	require.ErrorIs(t, err, context.Canceled)
}

func TestAPageThatGrowsTooLargeIsRefused(t *testing.T) {
	_, err := sanitize(t.Context(), t, "<html>"+strings.Repeat("&", 30<<20))
	require.ErrorAs(t, err, new(document.Refusal))
}
