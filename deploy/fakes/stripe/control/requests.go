package control

import (
	"context"
	"net/http"
	"time"
)

// Requests is how many requests have come to the API, refused and disturbed ones included.
type Requests struct {
	Total    int64    `json:"total"`
	BySecond []Second `json:"by_second"` // those with requests, oldest first; at least the latest 3,600
}

// Second is a second of the emulator's clock in which requests came.
type Second struct {
	At       int64 `json:"at"` // seconds since 1970
	Requests int64 `json:"requests"`
}

// Most returns how many requests came in the fullest second.
func (r Requests) Most() int64 {
	var most int64
	for _, second := range r.BySecond {
		most = max(most, second.Requests)
	}
	return most
}

// Request is a request to the API.
type Request struct {
	At             time.Time `json:"at"`
	Method         string    `json:"method"`
	Path           string    `json:"path"`
	IdempotencyKey string    `json:"idempotency_key,omitempty"`
	Params         string    `json:"params"` // of query and body, form-encoded; empty when they were not read
}

// Requests counts what has come to the API since the emulator's start, or since ClearRequests.
func (c *Client) Requests(ctx context.Context) (Requests, error) {
	var counted Requests
	err := c.call(ctx, http.MethodGet, "/requests", nil, &counted)
	return counted, err
}

// LatestRequests returns the requests to the API, oldest first; at least the latest 10,000.
func (c *Client) LatestRequests(ctx context.Context) ([]Request, error) {
	var latest []Request
	err := c.call(ctx, http.MethodGet, "/requests/latest", nil, &latest)
	return latest, err
}

// ClearRequests begins to count anew.
func (c *Client) ClearRequests(ctx context.Context) error {
	return c.call(ctx, http.MethodDelete, "/requests", nil, nil)
}
