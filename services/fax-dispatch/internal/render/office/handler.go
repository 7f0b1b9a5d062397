package office

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

// maxPending is how many documents are being converted or wait for it. The handler rejects others at once, since they
// would not be converted in time.
const maxPending = 8

// handler converts the documents that a Remote sends.
type handler struct {
	local *Local
	log   *slog.Logger
	slots chan struct{}
}

// Handler converts the documents that a Remote sends, by LibreOffice on this machine.
func Handler(local *Local, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+convertPath, &handler{local: local, log: log, slots: make(chan struct{}, maxPending)})
	return mux
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		http.Error(w, "too many documents wait", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), convertTimeout)
	defer cancel()
	pdf, err := h.convert(ctx, w, r)
	var refusal document.Refusal
	switch {
	case err == nil:
		w.Header().Set("Content-Type", string(document.PDF))
		w.Header().Set("Content-Length", strconv.Itoa(len(pdf))) // reveals a truncated response
		_, _ = w.Write(pdf)                                      // the client may be gone
	case errors.As(err, &refusal):
		http.Error(w, string(refusal), http.StatusUnprocessableEntity)
	case ctx.Err() != nil:
		http.Error(w, "no time was left", http.StatusServiceUnavailable)
	default:
		h.log.ErrorContext(ctx, "a document could not be converted", "error", err)
		http.Error(w, "a fault of the converter", http.StatusInternalServerError)
	}
}

func (h *handler) convert(ctx context.Context, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxDocument))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, document.ErrTooLarge
	}
	if err != nil {
		return nil, err
	}
	kind := document.Type(r.Header.Get("Content-Type"))
	if !convertible(content, kind) {
		return nil, document.ErrUnsupported
	}
	query := r.URL.Query()
	return h.local.PDF(ctx, content, kind, document.Sheet(query.Get(sheetParameter)), cpuLimit(query.Get(secondsParameter)))
}

// cpuLimit parses the CPU seconds that the client allows. Older clients send none.
func cpuLimit(seconds string) time.Duration {
	n, err := strconv.Atoi(seconds)
	if err != nil || n < 1 {
		return CPU
	}
	return min(time.Duration(n)*time.Second, CPU)
}

// convertible checks the declared type against the content, by which LibreOffice goes: it would read HTML that is
// declared as something else without sanitizing, with all that it requests.
func convertible(content []byte, declared document.Type) bool {
	kind, err := document.TypeOf(content)
	return err == nil && kind == declared && slices.Contains([]document.Type{document.HTML, document.DOCX, document.XLSX}, kind)
}
