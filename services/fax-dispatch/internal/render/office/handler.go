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

// atHand is how many documents are converted or wait for it. What is beyond is told so at once: who waits for its
// answer would not get it in time.
const atHand = 8

// handler answers the requests of a Remote.
type handler struct {
	local *Local
	log   *slog.Logger
	slots chan struct{}
}

// Handler answers the requests of a Remote, by LibreOffice on this machine.
func Handler(local *Local, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+path, &handler{local: local, log: log, slots: make(chan struct{}, atHand)})
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
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	pdf, err := h.convert(ctx, w, r)
	var refusal document.Refusal
	switch {
	case err == nil:
		w.Header().Set("Content-Type", string(document.PDF))
		w.Header().Set("Content-Length", strconv.Itoa(len(pdf))) // so that half an answer is not taken for a whole one
		_, _ = w.Write(pdf)                                      // who asked may be gone
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
	asked := r.URL.Query()
	return h.local.PDF(ctx, content, kind, document.Sheet(asked.Get(sheetParameter)), allowed(asked.Get(secondsParameter)))
}

// allowed is how much of the CPU the asker allows. An older one does not say.
func allowed(seconds string) time.Duration {
	n, err := strconv.Atoi(seconds)
	if err != nil || n < 1 {
		return CPU
	}
	return min(time.Duration(n)*time.Second, CPU)
}

// convertible does not believe the asker: LibreOffice goes by the content, so that a page of HTML that is called
// something else would be read with all that it asks for.
func convertible(content []byte, declared document.Type) bool {
	kind, err := document.TypeOf(content)
	return err == nil && kind == declared && slices.Contains([]document.Type{document.HTML, document.DOCX, document.XLSX}, kind)
}
