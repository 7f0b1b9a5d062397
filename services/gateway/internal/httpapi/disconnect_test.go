package httpapi_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

// soon bounds the wait for a disconnect, on a loaded machine.
const soon = 5 * time.Second

func TestDisconnectCancelsTheCallAndDeletesTheUpload(t *testing.T) {
	g := setup(t)
	asked, ended, given := make(chan struct{}), make(chan error, 1), make(chan struct{})
	wait := func(ctx context.Context) error {
		asked <- struct{}{}
		select {
		case <-ctx.Done():
		case <-given:
		}
		ended <- ctx.Err()
		return apierror.Wrap(apierror.ServiceUnavailable, ctx.Err())
	}
	bustest.Answer(g.services, contract.SubmitFax, func(ctx context.Context, _ contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
		return contract.SubmittedFax{}, wait(ctx)
	})
	bustest.Answer(g.services, contract.QuoteFax, func(ctx context.Context, _ contract.SubmitFaxRequest) (contract.FaxQuote, error) {
		return contract.FaxQuote{}, wait(ctx)
	})
	server := httptest.NewServer(g.handler)
	defer server.Close()
	defer server.CloseClientConnections()
	key := g.key(contract.KindTest, "")
	for _, path := range []string{"/v1/faxes", "/v1/faxes/quote"} {
		for name, wrap := range map[string]func(io.Reader) io.Reader{
			"a body of known length": func(r io.Reader) io.Reader { return r },
			"a body in chunks":       func(r io.Reader) io.Reader { return io.MultiReader(r) },
			"more after the form":    func(r io.Reader) io.Reader { return io.MultiReader(r, strings.NewReader(strings.Repeat(" ", 100_000))) },
		} {
			contentType, body := form(t, "to", "+15005550001", "file", "hello")
			ctx, leave := context.WithCancel(t.Context())
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+path, wrap(bytes.NewReader(body)))
			require.NoError(t, err)
			request.Header.Set("Content-Type", contentType)
			request.Header.Set("Authorization", "Bearer "+key)
			gone := make(chan struct{})
			go func() {
				defer close(gone)
				if response, err := http.DefaultClient.Do(request); err == nil {
					response.Body.Close()
				}
			}()
			<-asked
			require.Len(t, staged(t, g), 1)
			leave()
			<-gone
			select {
			case err := <-ended:
				require.ErrorIs(t, err, context.Canceled)
			case <-time.After(soon):
				close(given)
				t.Fatalf("%s, %s: the question goes on", path, name)
			}
			require.Eventually(t, func() bool { return len(staged(t, g)) == 0 }, soon, 5*time.Millisecond, "%s, %s", path, name)
		}
	}
}

func TestFailedSubmissionLeavesNoUpload(t *testing.T) {
	g := setup(t)
	bustest.Answer(g.services, contract.SubmitFax, func(context.Context, contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
		return contract.SubmittedFax{}, apierror.New(apierror.ServiceUnavailable)
	})
	contentType, body := form(t, "to", "+15005550001", "file", "hello")
	got := g.send(t, "POST", "/v1/faxes", g.key(contract.KindTest, ""), contentType, body)
	require.Equal(t, http.StatusServiceUnavailable, got.Code)
	require.Empty(t, staged(t, g))
}
