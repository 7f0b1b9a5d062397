package carrierfakes

import (
	"bytes"
	"encoding/base64"
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
	var asked struct {
		To          string            `json:"to"`
		Labels      map[string]string `json:"labels"`
		CallbackURL string            `json:"callbackUrl"`
		MaxRetries  *int              `json:"maxRetries"`
		Files       []struct {
			File     string `json:"file"`
			FileType string `json:"fileType"`
		} `json:"files"`
	}
	_, _, authorised := r.BasicAuth()
	if !authorised {
		refuse(w, http.StatusUnauthorized, "401")
		return
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 2*maxDocument)).Decode(&asked)
	if err != nil || !strings.HasPrefix(asked.To, "+") || len(asked.Files) == 0 || asked.MaxRetries == nil || *asked.MaxRetries != 0 {
		refuse(w, http.StatusUnprocessableEntity, "422")
		return
	}
	document, err := base64.StdEncoding.DecodeString(asked.Files[0].File)
	if err != nil || len(document) == 0 {
		refuse(w, http.StatusUnprocessableEntity, "422")
		return
	}
	place, lost := e.disturbed(w)
	if !place {
		return
	}
	call := &Call{Carrier: sinch, To: asked.To, Attempt: asked.Labels["attempt"], Size: len(document), callback: asked.CallbackURL}
	e.place(call, e.sinchTell)
	if lost {
		panic(http.ErrAbortHandler)
	}
	answer(w, http.StatusOK, sinchFax(*call))
}

func (e *Exchange) sinchGet(w http.ResponseWriter, r *http.Request) {
	found := e.find(sinch, func(c *Call) bool { return c.ID == r.PathValue("id") })
	if len(found) == 0 {
		refuse(w, http.StatusNotFound, "404")
		return
	}
	answer(w, http.StatusOK, sinchFax(found[0]))
}

func (e *Exchange) sinchList(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	since, err := time.Parse(time.RFC3339, query.Get("createTime>"))
	if err != nil {
		refuse(w, http.StatusBadRequest, "400")
		return
	}
	found := e.find(sinch, func(c *Call) bool { return c.To == query.Get("to") && !c.CreatedAt.Before(since) })
	page, _ := strconv.Atoi(query.Get("page"))
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

// sinchTell tells of the end alone, and signs nothing.
func (e *Exchange) sinchTell(c *Call, status string) {
	if status == "queued" || c.callback == "" {
		return
	}
	body, err := json.Marshal(map[string]any{"event": "FAX_COMPLETED", "eventTime": time.Now().UTC(), "fax": sinchFax(*c)})
	if err != nil {
		e.cfg.Log.Error("an event could not be made", "error", err)
		return
	}
	e.tell("FAX_COMPLETED", func() (*http.Request, error) {
		request, err := http.NewRequest(http.MethodPost, c.callback, bytes.NewReader(body)) //nolint:noctx // the client has a limit
		if err != nil {
			return nil, err
		}
		request.Header.Set("Content-Type", "application/json")
		return request, nil
	})
}
