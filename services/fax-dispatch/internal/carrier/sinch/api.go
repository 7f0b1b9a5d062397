package sinch

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

const maxAnswer = 16 << 20 // bytes

// do asks Sinch. The answer is read into a value when it is no refusal; of a refusal it returns the field that is wrong.
func (c *Carrier) do(ctx context.Context, method, path string, body []byte, into any) (status int, field string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, c.cfg.BaseURL+"/projects/"+url.PathEscape(c.cfg.ProjectID)+path, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.SetBasicAuth(c.cfg.KeyID, c.cfg.KeySecret)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
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

// firstField is the first field that a refusal finds wrong; empty when it names none.
func firstField(content []byte) string {
	var told struct {
		Details struct {
			FieldViolations []struct {
				Field string `json:"field"`
			} `json:"fieldViolations"`
		} `json:"details"`
	}
	if json.Unmarshal(content, &told) != nil || len(told.Details.FieldViolations) == 0 {
		return ""
	}
	return told.Details.FieldViolations[0].Field
}
