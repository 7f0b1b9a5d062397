package carrier_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
)

const shortPatience = 300 * time.Millisecond

// post sends a body that takes so long to be written.
func post(ctx context.Context, t *testing.T, url string, takes time.Duration) error {
	t.Helper()
	body := carrier.Stream(io.NopCloser(strings.NewReader("pages")), func(to io.Writer, document io.Reader) error {
		for range 8 {
			time.Sleep(takes / 8)
			if _, err := to.Write(make([]byte, 100_000)); err != nil {
				return err
			}
		}
		_, err := io.Copy(to, document)
		return err
	})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	require.NoError(t, err)
	response, err := carrier.Client(shortPatience).Do(request)
	if err == nil {
		require.NoError(t, response.Body.Close())
	}
	return err
}

func server(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

func TestAnUploadMayTakeLongerThanAnAnswer(t *testing.T) {
	url := server(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	require.NoError(t, post(t.Context(), t, url, 4*shortPatience))
}

func TestAMissingAnswerTimesOut(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	url := server(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-over
	})
	require.ErrorContains(t, post(t.Context(), t, url, 0), "timeout awaiting response headers")
}

func TestAStalledUploadEndsAtItsLimit(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	url := server(t, func(http.ResponseWriter, *http.Request) { <-over })
	ctx, cancel := context.WithTimeout(t.Context(), shortPatience)
	defer cancel()
	require.ErrorIs(t, post(ctx, t, url, time.Minute), context.DeadlineExceeded)
}

func TestARequestIsBoundedByItsSize(t *testing.T) {
	require.Equal(t, 15*time.Second, carrier.SendLimit(0))
	require.Equal(t, 16*time.Second, carrier.SendLimit(256<<10))
	const acknowledged = 30 * time.Minute // by when the broker requires an acknowledgement
	largest := int64(256<<20) * 4 / 3     // in base64
	require.Less(t, carrier.SendLimit(largest), acknowledged)
	for _, size := range []int64{0, 1 << 20, largest} {
		require.Greater(t, carrier.Certain(size), carrier.SendLimit(size), "nobody believes that a call is absent which is still being sent")
	}
}
