package docs_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/docs"
	"github.com/mintfax/mintfax/shared/apierror"
)

func TestEveryErrorHasAPage(t *testing.T) {
	site := newSite(t)
	overview, models := get(t, site, "/docs", http.StatusOK), get(t, site, "/llms.txt", http.StatusOK)
	for _, entry := range apierror.Catalogue() {
		path := "/docs/errors/" + strings.ReplaceAll(string(entry.Code), "_", "-")
		page := get(t, site, path, http.StatusOK)
		for _, text := range []string{string(entry.Code), strconv.Itoa(entry.Status), entry.Action, entry.Message} {
			require.Contains(t, page, html.EscapeString(text), path)
		}
		require.Contains(t, overview, `href="`+path+`"`)
		require.Contains(t, models, "https://docs.example/errors/"+strings.TrimPrefix(path, "/docs/errors/"))
		require.Contains(t, models, entry.When)
	}
}

func TestUnknownErrorHasNoPage(t *testing.T) {
	site := newSite(t)
	for _, code := range []string{"nothing", "not_found", "NOT-FOUND", "%3Cscript%3E"} {
		require.NotContains(t, get(t, site, "/docs/errors/"+code, http.StatusNotFound), "<script")
	}
}

func TestOverviewSaysHowToStart(t *testing.T) {
	site := newSite(t)
	overview, models := get(t, site, "/docs", http.StatusOK), get(t, site, "/llms.txt", http.StatusOK)
	require.Contains(t, overview, "<code>https://fax.example/v1</code>")
	require.Contains(t, models, "https://fax.example/v1")
	routes, err := docs.Routes()
	require.NoError(t, err)
	for _, route := range routes {
		require.Contains(t, overview, "<code>"+route+"</code>")
		require.Contains(t, models, "- "+route+": ")
	}
}

func TestPagesLoadNothingFromOtherSites(t *testing.T) {
	site := newSite(t)
	for _, path := range []string{"/docs", "/docs/errors/not-found", "/docs/style.css", "/openapi.yaml", "/llms.txt"} {
		recorder := httptest.NewRecorder()
		site.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
		require.Equal(t, http.StatusOK, recorder.Code)
		require.Equal(t, "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			recorder.Header().Get("Content-Security-Policy"))
		require.Equal(t, "nosniff", recorder.Header().Get("X-Content-Type-Options"))
	}
}

func newSite(t *testing.T) http.Handler {
	t.Helper()
	d, err := docs.New(docs.Config{PublicURL: "https://fax.example", DocsURL: "https://docs.example"})
	require.NoError(t, err)
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	d.Register(router)
	return router
}

func get(t *testing.T, site http.Handler, path string, status int) string {
	t.Helper()
	recorder := httptest.NewRecorder()
	site.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	require.Equal(t, status, recorder.Code, path)
	return recorder.Body.String()
}
