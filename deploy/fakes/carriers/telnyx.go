package carriers

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/mintfax/mintfax/shared/ids"
)

const (
	telnyx      = "telnyx"
	maxDocument = 64 << 20 // bytes
	perPage     = 100
)

func (e *Exchange) registerTelnyx(mux *http.ServeMux) {
	mux.HandleFunc("POST /v2/faxes", e.telnyxSend)
	mux.HandleFunc("GET /v2/faxes", e.telnyxList)
	mux.HandleFunc("GET /v2/faxes/{id}", e.telnyxGet)
}

func (e *Exchange) telnyxSend(w http.ResponseWriter, r *http.Request) {
	call, refused := e.parseTelnyx(w, r)
	if refused.status != 0 {
		refused.answer(w)
		return
	}
	place, lost := e.injectFault(w, apiError{http.StatusForbidden, "10010", ""})
	if !place {
		return
	}
	e.place(call, e.telnyxNotify)
	if lost {
		panic(http.ErrAbortHandler)
	}
	answer(w, http.StatusAccepted, map[string]any{"data": telnyxFax(*call)})
}

func (e *Exchange) telnyxGet(w http.ResponseWriter, r *http.Request) {
	found := e.find(telnyx, func(c *Call) bool { return c.ID == r.PathValue("id") })
	switch {
	case r.Header.Get("Authorization") != "Bearer "+e.cfg.Telnyx.APIKey:
		apiError{http.StatusUnauthorized, "10009", ""}.answer(w)
		return
	case len(found) == 0:
		apiError{http.StatusNotFound, "10005", ""}.answer(w)
		return
	}
	answer(w, http.StatusOK, map[string]any{"data": telnyxFax(found[0])})
}

func (e *Exchange) telnyxList(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	since, err := time.Parse(time.RFC3339, query.Get("filter[created_at][gte]"))
	known := []string{"filter[created_at][gte]", "filter[direction][eq]", "filter[to][eq]", "filter[from][eq]", "page[number]", "page[size]"}
	switch {
	case r.Header.Get("Authorization") != "Bearer "+e.cfg.Telnyx.APIKey:
		apiError{http.StatusUnauthorized, "10009", ""}.answer(w)
		return
	case err != nil || !onlyKnown(query, known):
		apiError{http.StatusUnprocessableEntity, "10015", ""}.answer(w)
		return
	}
	found := e.find(telnyx, func(c *Call) bool { return c.To == query.Get("filter[to][eq]") && !c.CreatedAt.Before(since) })
	page, _ := strconv.Atoi(query.Get("page[number]"))
	pages := (len(found) + perPage - 1) / perPage
	shown := []map[string]any{}
	for chunk := range slices.Chunk(found, perPage) {
		if page--; page == 0 {
			for _, c := range chunk {
				shown = append(shown, telnyxFax(c))
			}
		}
	}
	answer(w, http.StatusOK, map[string]any{"data": shown, "meta": map[string]int{"total_pages": pages, "total_results": len(found)}})
}

// onlyKnown reports whether a query has no other names: a misspelt filter would find everything.
func onlyKnown(query url.Values, known []string) bool {
	for name := range query {
		if !slices.Contains(known, name) {
			return false
		}
	}
	return true
}

func telnyxFax(c Call) map[string]any {
	fax := map[string]any{
		"record_type": "fax", "id": c.ID, "direction": "outbound", "to": c.To, "status": "sending", "failure_reason": nil,
		"client_state": base64.StdEncoding.EncodeToString([]byte(c.Attempt)), "created_at": c.CreatedAt.UTC().Format(time.RFC3339),
	}
	if c.ended() && c.Failure == "" {
		fax["status"] = "delivered"
	}
	if c.ended() && c.Failure != "" {
		fax["status"], fax["failure_reason"] = "failed", c.Failure
	}
	return fax
}

// telnyxNotify signs an event and sends it, half of them without their envelope, as the documentation has them.
func (e *Exchange) telnyxNotify(c *Call, status string) {
	if e.cfg.TelnyxWebhook == "" {
		return
	}
	payload := map[string]any{
		"fax_id": c.ID, "direction": "outbound", "to": c.To, "status": status,
		"client_state": base64.StdEncoding.EncodeToString([]byte(c.Attempt)),
	}
	if status == "failed" {
		payload["failure_reason"] = c.Failure
	}
	event := map[string]any{
		"record_type": "event", "id": ids.Base62(22), "event_type": "fax." + status, "occurred_at": time.Now().UTC().Format(time.RFC3339Nano), "payload": payload,
	}
	told := any(event)
	if chance(0.5) {
		told = map[string]any{"data": event, "meta": map[string]any{"attempt": 1}}
	}
	body, err := json.Marshal(told)
	if err != nil {
		e.cfg.Log.Error("an event could not be made", "error", err)
		return
	}
	e.notify("fax."+status, func() (*http.Request, error) {
		request, err := http.NewRequest(http.MethodPost, e.cfg.TelnyxWebhook, bytes.NewReader(body)) //nolint:noctx // the client has a limit
		if err != nil {
			return nil, err
		}
		at := strconv.FormatInt(time.Now().Unix(), 10)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("telnyx-timestamp", at)
		request.Header.Set("telnyx-signature-ed25519", base64.StdEncoding.EncodeToString(ed25519.Sign(e.cfg.TelnyxKey, append([]byte(at+"|"), body...))))
		return request, nil
	})
}
