package stripe

import "net/http"

func (c *controlAPI) countRequests(*http.Request) (any, error) { return c.requests.Counts(), nil }

func (c *controlAPI) latestRequests(*http.Request) (any, error) { return c.requests.Latest(), nil }

func (c *controlAPI) clearRequests(*http.Request) (any, error) {
	c.requests.Clear()
	return c.requests.Counts(), nil
}
