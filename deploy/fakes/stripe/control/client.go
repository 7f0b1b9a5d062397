package control

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

const maxAnswer = 64 << 20 // bytes

// Client speaks to one emulator. Its methods may be used concurrently; their waits end with ctx.
type Client struct{ base string }

// New returns a client of the emulator at baseURL.
func New(baseURL string) *Client {
	return &Client{base: strings.TrimRight(baseURL, "/") + "/_emulator"}
}

// SetDelivery says what happens to events from now on, and how often each is delivered beyond the
// first time, at the same moment (0 to 100). Retries obey it too.
func (c *Client) SetDelivery(ctx context.Context, mode Mode, duplicates int) error {
	return c.call(ctx, http.MethodPut, "/delivery", Delivery{Mode: mode, Duplicates: duplicates}, nil)
}

// SetDeliveryOf is SetDelivery for events of the given types. All others are delivered.
func (c *Client) SetDeliveryOf(ctx context.Context, mode Mode, types ...string) error {
	return c.call(ctx, http.MethodPut, "/delivery", Delivery{Mode: mode, Types: types}, nil)
}

// Release delivers the held events one after the other and returns when each has been tried once. The
// seed decides the order of Shuffled.
func (c *Client) Release(ctx context.Context, order Order, seed uint64) error {
	return c.call(ctx, http.MethodPost, "/delivery/release", Release{Order: order, Seed: seed}, nil)
}

// Events returns all events, oldest first.
func (c *Client) Events(ctx context.Context) ([]Event, error) {
	var events []Event
	err := c.call(ctx, http.MethodGet, "/events", nil, &events)
	return events, err
}

// Resend delivers an event again (1 to 100 times at once), whatever the mode, and returns the statuses
// received, 0 for none. It is not retried.
func (c *Client) Resend(ctx context.Context, id string, times int) ([]int, error) {
	var answer struct {
		Statuses []int `json:"statuses"`
	}
	err := c.call(ctx, http.MethodPost, "/events/"+url.PathEscape(id)+"/resend", map[string]any{"times": times}, &answer)
	return answer.Statuses, err
}

// Charges returns all charges that were paid, oldest first.
func (c *Client) Charges(ctx context.Context) ([]Charge, error) {
	var charges []Charge
	err := c.call(ctx, http.MethodGet, "/charges", nil, &charges)
	return charges, err
}

// PatchSession overwrites properties of a session: amount_total, currency, livemode, payment_status,
// status, mode, customer, client_reference_id, metadata, payment_intent. Nothing else changes with them.
func (c *Client) PatchSession(ctx context.Context, id string, properties map[string]any) error {
	return c.call(ctx, http.MethodPatch, "/sessions/"+url.PathEscape(id), properties, nil)
}

// ExpireSession ends an open session before its time.
func (c *Client) ExpireSession(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodPost, "/sessions/"+url.PathEscape(id)+"/expire", nil, nil)
}

// SendEvent delivers a crafted event once, whatever the mode, and returns the status received, 0 for
// none.
func (c *Client) SendEvent(ctx context.Context, event Crafted) (int, error) {
	var answer struct {
		Status int `json:"status"`
	}
	err := c.call(ctx, http.MethodPost, "/events", event, &answer)
	return answer.Status, err
}

func (c *Client) call(ctx context.Context, method, path string, body, answer any) error {
	var encoded io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		encoded = bytes.NewReader(b)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, encoded)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("emulator: %s %s: %d %s", method, path, response.StatusCode, bytes.TrimSpace(got))
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(got, answer)
}
