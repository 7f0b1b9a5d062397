package hostile

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Target is where a body is sent to, and as whom.
type Target struct {
	Name   string
	URL    string
	Header map[string]string
	Before string // parts that each form needs
}

// Result is what came of a case.
type Result struct {
	Outcome string
	Status  int
	Took    time.Duration
}

// outcome is "accepted", a code, or of an unsupported_document its reason.
func outcomeOf(status int, body []byte) string {
	var envelope struct {
		Error   string
		Context struct{ Reason string }
	}
	_ = json.Unmarshal(body, &envelope)
	switch {
	case status/100 == 2 || status == http.StatusSeeOther:
		return "accepted"
	case envelope.Context.Reason != "":
		return envelope.Context.Reason
	case envelope.Error != "":
		return envelope.Error
	case status == http.StatusUnprocessableEntity && strings.Contains(string(body), "cannot be faxed"):
		return "unsupported_document"
	default:
		return fmt.Sprint(status)
	}
}

// Attack sends a case and waits for its answer, from a connection of its own.
func Attack(ctx context.Context, w Target, c Case) (Result, error) {
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	body := c.Body()
	if w.Before != "" {
		body = io.MultiReader(strings.NewReader(w.Before), body)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, body)
	if err != nil {
		return Result{}, err
	}
	request.Header.Set("Content-Type", "multipart/form-data; boundary="+Boundary)
	for _, headers := range []map[string]string{w.Header, c.Header} {
		for name, value := range headers {
			request.Header.Set(name, value)
		}
	}
	began := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return Result{Took: time.Since(began)}, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return Result{Outcome: outcomeOf(response.StatusCode, answer), Status: response.StatusCode, Took: time.Since(began)}, err
}
