package carriers

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const sinch = "sinch"

func (e *Exchange) registerSinch(mux *http.ServeMux) {
	mux.HandleFunc("POST /v3/projects/{project}/faxes", e.sinchSend)
	mux.HandleFunc("GET /v3/projects/{project}/faxes", e.sinchList)
	mux.HandleFunc("GET /v3/projects/{project}/faxes/{id}", e.sinchGet)
}

func (e *Exchange) sinchSend(w http.ResponseWriter, r *http.Request) {
	call, refused := e.parseSinch(w, r)
	if refused.status != 0 {
		refused.answer(w)
		return
	}
	place, lost := e.injectFault(w, apiError{http.StatusPaymentRequired, "", ""})
	if !place {
		return
	}
	e.place(call, e.sinchNotify)
	if lost {
		panic(http.ErrAbortHandler)
	}
	answer(w, http.StatusOK, sinchFax(*call))
}

func (e *Exchange) sinchGet(w http.ResponseWriter, r *http.Request) {
	if refused := e.authenticateSinch(r); refused.status != 0 {
		refused.answer(w)
		return
	}
	found := e.find(sinch, func(c *Call) bool { return c.ID == r.PathValue("id") })
	if len(found) == 0 {
		apiError{http.StatusNotFound, "", ""}.answer(w)
		return
	}
	answer(w, http.StatusOK, sinchFax(found[0]))
}

func (e *Exchange) sinchList(w http.ResponseWriter, r *http.Request) {
	if refused := e.authenticateSinch(r); refused.status != 0 {
		refused.answer(w)
		return
	}
	query := r.URL.Query()
	since, err := time.Parse(time.RFC3339, query.Get("createTime>")) // as in createTime>=2026-01-01
	if err != nil || !onlyKnown(query, []string{"createTime>", "direction", "to", "page", "pageSize"}) {
		apiError{http.StatusBadRequest, "", ""}.answer(w)
		return
	}
	found := e.find(sinch, func(c *Call) bool { return c.To == query.Get("to") && !c.CreatedAt.Before(since) })
	page := 1
	if text := query.Get("page"); text != "" {
		page, _ = strconv.Atoi(text)
	}
	shown := []map[string]any{}
	for chunk := range slices.Chunk(found, perPage) {
		if page--; page == 0 {
			for _, c := range chunk {
				shown = append(shown, sinchFax(c))
			}
		}
	}
	answer(w, http.StatusOK, map[string]any{"faxes": shown, "totalPages": (len(found) + perPage - 1) / perPage})
}

func sinchFax(c Call) map[string]any {
	fax := map[string]any{
		"id": c.ID, "direction": "OUTBOUND", "to": c.To, "status": "IN_PROGRESS", "labels": map[string]string{"attempt": c.Attempt},
		"createTime": c.CreatedAt.UTC().Format(time.RFC3339), "maxRetries": 0,
	}
	if !c.ended() {
		return fax
	}
	fax["status"] = "COMPLETED"
	if kind, code, failed := strings.Cut(c.Failure, " "); failed {
		number, _ := strconv.Atoi(code)
		fax["status"], fax["errorType"], fax["errorCode"] = "FAILURE", kind, number
	}
	return fax
}

// sinchNotify notifies of the end alone, with the document, and signs nothing.
func (e *Exchange) sinchNotify(c *Call, status string) {
	if status == "queued" || c.callback == "" {
		return
	}
	body, err := json.Marshal(map[string]any{"event": "FAX_COMPLETED", "eventTime": time.Now().UTC(), "fax": sinchFax(*c), "file": strings.Repeat("A", 4*(c.Size/3+1)), "fileType": "PDF"})
	if err != nil {
		e.cfg.Log.Error("an event could not be made", "error", err)
		return
	}
	e.notify("FAX_COMPLETED", func() (*http.Request, error) {
		request, err := http.NewRequest(http.MethodPost, c.callback, bytes.NewReader(body)) //nolint:noctx // the client has a limit
		if err != nil {
			return nil, err
		}
		request.Header.Set("Content-Type", "application/json")
		return request, nil
	})
}
