package office_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// timeout allows for a loaded machine.
const timeout = 30 * time.Second

// page is a page of HTML.
func page(body string) []byte { return []byte("<!doctype html><html><body>" + body + "</body></html>") }

// serve returns the address of a converter with LibreOffice, or with the program at a path in its place.
func serve(t *testing.T, program string) string {
	t.Helper()
	if program == "" {
		program = rendertest.Installed(t, office.Program, "libreoffice-writer-nogui libreoffice-calc-nogui")
	}
	local, err := office.NewLocal(rendertest.Worker(t, office.Worker), program)
	require.NoError(t, err)
	server := httptest.NewServer(office.Handler(local, slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	return server.URL
}

// script is a shell script as a fake LibreOffice.
func script(t *testing.T, lines string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "soffice")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+lines+"\n"), 0o600))
	require.NoError(t, os.Chmod(path, 0o700))
	return path
}

// fixed is a server that answers every request in the same way.
func fixed(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func post(t *testing.T, url string, kind document.Type, content []byte) (status int, answer string) {
	t.Helper()
	response, err := http.Post(url+"/pdf?sheet=letter", string(kind), bytes.NewReader(content))
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, strings.TrimSpace(string(body))
}

// requireUnavailable checks that an error says nothing about the document.
func requireUnavailable(t *testing.T, err error, what string) {
	t.Helper()
	require.ErrorIs(t, err, apierror.New(apierror.ServiceUnavailable), what)
	require.NotErrorAs(t, err, new(document.Refusal), what)
}

func TestOfficeDocumentsBecomeFaxPagesByARemoteConverter(t *testing.T) {
	program := rendertest.Worker(t, office.Worker)
	drawer := rendertest.Installed(t, document.PopplerDraw, "poppler-utils")
	r := render.New(render.NewWorkerPool(rendertest.Worker(t, render.Worker), document.Programs{PDF: drawer, Info: rendertest.Programs(t).Info}, 2), office.NewRemote(serve(t, ""), program, 1))
	for name, c := range map[string]struct {
		content []byte
		kind    document.Type
		pages   int
	}{
		"html":    {page("<h1>Discharge letter</h1><p>Dear <b>colleague</b></p>"), document.HTML, 1},
		"docx":    {rendertest.DOCX("Dear colleague,", "the patient is well."), document.DOCX, 1},
		"xlsx":    {rendertest.XLSX(60, 5), document.XLSX, 2},
		"chinese": {[]byte("传真机收到了医院的信。\n"), document.Text, 1},
	} {
		kind, pages, err := rendertest.Pages(t.Context(), r, c.content, faxpage.Fine)
		require.NoError(t, err, name)
		require.Equal(t, c.kind, kind, name)
		require.Len(t, pages, c.pages, name)
	}
	_, _, err := rendertest.Pages(t.Context(), r, rendertest.DOCXOf("<w:p", ""), faxpage.Fine)
	require.ErrorIs(t, err, document.ErrDamaged)
}

func TestADocumentThatBreaksLibreOfficeIsDamaged(t *testing.T) {
	for _, program := range []string{"kill -SEGV $$", "exit 1", "exit 0"} {
		_, err := office.NewRemote(serve(t, script(t, program)), rendertest.Worker(t, office.Worker), 1).PDF(t.Context(), rendertest.DOCX("x"), document.DOCX, document.Letter, office.CPU)
		require.ErrorIs(t, err, document.ErrDamaged, program)
	}
}

func TestTheConverterRespectsTheCPULimitOfItsClient(t *testing.T) {
	url := serve(t, script(t, "while :; do :; done"))
	began := time.Now()
	_, err := office.NewRemote(url, rendertest.Worker(t, office.Worker), 1).PDF(t.Context(), rendertest.DOCX("x"), document.DOCX, document.Letter, time.Second)
	require.ErrorIs(t, err, document.ErrTooComplex)
	require.Less(t, time.Since(began), office.CPU)
}

func TestAnUnavailableConverterSaysNothingAboutTheDocument(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for name, url := range map[string]string{
		"nobody listens":  gone.URL,
		"nobody is known": "http://converter.invalid",
		"it dies while it answers": fixed(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("%PDF-"))
		}),
		"it has too much to do": fixed(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }),
		"it is broken":          fixed(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }),
		"a proxy misses it":     fixed(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }),
	} {
		_, err := office.NewRemote(url, rendertest.Worker(t, office.Worker), 1).PDF(t.Context(), page("x"), document.HTML, document.Letter, office.CPU)
		requireUnavailable(t, err, name)
	}
}

func TestAnUnexpectedResponseSaysNothingAboutTheDocument(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"another program":  http.NotFound,
		"an unknown word":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "moon", http.StatusUnprocessableEntity) },
		"a refused method": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMethodNotAllowed) },
	} {
		_, err := office.NewRemote(fixed(t, answer), rendertest.Worker(t, office.Worker), 1).PDF(t.Context(), page("x"), document.HTML, document.Letter, office.CPU)
		require.ErrorContains(t, err, "is not a converter", name)
		require.NotErrorAs(t, err, new(document.Refusal), name)
	}
}

// Sanitizing before sending keeps references from the converter, although its network is isolated.
func TestAPageIsSanitizedBeforeItIsSent(t *testing.T) {
	var received []byte
	url := fixed(t, func(w http.ResponseWriter, r *http.Request) {
		received, _ = io.ReadAll(r.Body)
		http.Error(w, "damaged", http.StatusUnprocessableEntity)
	})
	_, err := office.NewRemote(url, rendertest.Worker(t, office.Worker), 1).PDF(t.Context(), page(`<p>Text</p><img src="http://x/a.png"><script>x</script>`), document.HTML, document.A4, office.CPU)
	require.ErrorIs(t, err, document.ErrDamaged)
	require.Contains(t, string(received), "<p>Text</p>")
	require.Contains(t, string(received), "8.27in")
	require.NotContains(t, string(received), "http://x")
	require.NotContains(t, string(received), "script")
}

func TestTheConverterDoesNotTrustItsClient(t *testing.T) {
	url := serve(t, script(t, `for last; do :; done; mkdir out; cp "$last" out/document.pdf`)) // its answer is what it was given
	for name, c := range map[string]struct {
		content []byte
		kind    document.Type
		reason  document.Refusal
	}{
		"a page called a document": {page("x"), document.DOCX, document.ErrUnsupported},
		"a sheet called a page":    {rendertest.XLSX(1, 1), document.HTML, document.ErrUnsupported},
		"a PDF file":               {rendertest.TextPDF(1), document.PDF, document.ErrUnsupported},
		"nothing":                  {nil, document.HTML, document.ErrUnsupported},
		"too much":                 {bytes.Repeat([]byte("<html>"), 3<<20), document.HTML, document.ErrTooLarge},
	} {
		status, answer := post(t, url, c.kind, c.content)
		require.Equal(t, http.StatusUnprocessableEntity, status, name)
		require.Equal(t, string(c.reason), answer, name)
	}
	status, given := post(t, url, document.HTML, page(`<p>Text</p><img src="http://x/a.png">`))
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, given, "<p>Text</p>")
	require.NotContains(t, given, "http://x")
}

func TestADocumentThatGrewTooLargeIsNotSent(t *testing.T) {
	url := fixed(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	_, err := office.NewRemote(url, rendertest.Worker(t, office.Worker), 1).PDF(t.Context(), page(strings.Repeat("&", 5<<20)), document.HTML, document.Letter, office.CPU)
	require.ErrorIs(t, err, document.ErrTooLarge)
}
