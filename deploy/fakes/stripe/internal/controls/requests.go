package controls

import "net/http"

func (c *Controls) countRequests(*http.Request) (any, error) { return c.Requests.Counts(), nil }

func (c *Controls) latestRequests(*http.Request) (any, error) { return c.Requests.Latest(), nil }

func (c *Controls) clearRequests(*http.Request) (any, error) {
	c.Requests.Clear()
	return c.Requests.Counts(), nil
}
