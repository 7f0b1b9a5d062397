package sinch

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
)

const maxAnswer = 16 << 20 // bytes

// ask sends a GET request.
func (c *Carrier) ask(ctx context.Context, path string, into any) (status int, field string, err error) {
	ctx, cancel := context.WithTimeout(ctx, carrier.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url(path), http.NoBody)
	if err != nil {
		return 0, "", err
	}
	return c.do(request, into)
}

// place requests a call with a body of size bytes.
func (c *Carrier) place(ctx context.Context, body io.ReadCloser, size int64, into any) (status int, field string, err error) {
	defer body.Close()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url("/faxes"), body)
	if err != nil {
		return 0, "", err
	}
	request.ContentLength = size
	request.Header.Set("Content-Type", "application/json")
	return c.do(request, into)
}

func (c *Carrier) url(path string) string {
	return c.cfg.BaseURL + "/projects/" + url.PathEscape(c.cfg.ProjectID) + path
}

// do reads the answer into a value. For a refusal it returns the field that is wrong.
func (c *Carrier) do(request *http.Request, into any) (status int, field string, err error) {
	request.SetBasicAuth(c.cfg.KeyID, c.cfg.KeySecret)
	response, err := c.client.Do(request)
	if err != nil {
		return 0, "", fmt.Errorf("ask sinch: %w", err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return 0, "", fmt.Errorf("read the answer of sinch: %w", err)
	}
	if response.StatusCode >= 300 {
		return response.StatusCode, firstField(content), nil
	}
	if err := json.Unmarshal(content, into); err != nil {
		return 0, "", fmt.Errorf("read the answer of sinch: %w", err)
	}
	return response.StatusCode, "", nil
}

// firstField returns the first field that a refusal names, empty for none.
func firstField(content []byte) string {
	var decoded struct {
		Details struct {
			FieldViolations []struct {
				Field string `json:"field"`
			} `json:"fieldViolations"`
		} `json:"details"`
	}
	if json.Unmarshal(content, &decoded) != nil || len(decoded.Details.FieldViolations) == 0 {
		return ""
	}
	return decoded.Details.FieldViolations[0].Field
}
