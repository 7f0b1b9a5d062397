package telnyx

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

const maxAnswer = 4 << 20 // bytes

// faxResource has the fields that we use of Telnyx' fax resource, and of the payload of an event.
type faxResource struct {
	ID            string `json:"id"`
	FaxID         string `json:"fax_id"` // in events
	Status        string `json:"status"`
	FailureReason string `json:"failure_reason"`
	ClientState   string `json:"client_state"`
}

type faxes struct {
	Data []faxResource `json:"data"`
	Meta struct {
		TotalPages int `json:"total_pages"`
	} `json:"meta"`
}

// attempt is the id that Send has given the call, empty for a call that is not ours.
func (f faxResource) attempt() string {
	id, err := base64.StdEncoding.DecodeString(f.ClientState)
	if err != nil {
		return ""
	}
	return string(id)
}

func (f faxResource) report() carrier.Report {
	report := carrier.Report{Knowledge: carrier.Running, Ref: f.ID}
	if f.ID == "" {
		report.Ref = f.FaxID
	}
	switch f.Status {
	case "delivered":
		report.Knowledge, report.Outcome = carrier.Ended, fax.Outcome{}
	case "failed":
		report.Knowledge, report.Outcome = carrier.Ended, failure(f.FailureReason)
	}
	return report
}

// ask sends a GET request.
func (c *Carrier) ask(ctx context.Context, path string, into any) (status int, refusal string, err error) {
	ctx, cancel := context.WithTimeout(ctx, carrier.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.cfg.BaseURL+path, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	return c.do(request, into)
}

// place requests a call with a form of size bytes.
func (c *Carrier) place(ctx context.Context, form io.ReadCloser, size int64, contentType string, into any) (status int, refusal string, err error) {
	defer form.Close()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.BaseURL+"/faxes", form)
	if err != nil {
		return 0, "", err
	}
	request.ContentLength = size
	request.Header.Set("Content-Type", contentType)
	return c.do(request, into)
}

// do reads the answer into a value. For a refusal it returns the first error code.
func (c *Carrier) do(request *http.Request, into any) (status int, refusal string, err error) {
	request.Header.Set("Authorization", "Bearer "+c.cfg.APIKey)
	response, err := c.client.Do(request)
	if err != nil {
		return 0, "", fmt.Errorf("ask telnyx: %w", err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return 0, "", fmt.Errorf("read the answer of telnyx: %w", err)
	}
	if response.StatusCode >= 300 {
		return response.StatusCode, firstCode(content), nil
	}
	if err := json.Unmarshal(content, into); err != nil {
		return 0, "", fmt.Errorf("read the answer of telnyx: %w", err)
	}
	return response.StatusCode, "", nil
}

func firstCode(content []byte) string {
	var decoded struct {
		Errors []struct {
			Code string `json:"code"`
		} `json:"errors"`
	}
	if json.Unmarshal(content, &decoded) != nil || len(decoded.Errors) == 0 {
		return "no_code"
	}
	return decoded.Errors[0].Code
}
