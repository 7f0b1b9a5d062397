package api

import (
	"slices"
	"strings"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func (s *Server) getEvent(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if found, ok := s.Events.Get(c.path("id")); ok {
		return found, nil
	}
	return nil, processor.NotFoundError("event", c.path("id"), "id")
}

func (s *Server) listEvents(c *call) (any, error) {
	p, created := readPage(c.params), readCreated(c.params)
	kind, kinds := c.params.Text("type"), c.params.Texts("types")
	delivered := c.params.Enum("delivery_success", "true", "false")
	if kind != "" && len(kinds) > 0 {
		c.params.Refuse("", "types", "You may only specify one of these parameters: type, types.")
	}
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if kind != "" {
		kinds = []string{kind}
	}
	match := func(e processor.Event) bool {
		return created.holds(e.Created) && truth(delivered, e.PendingWebhooks == 0) &&
			(len(kinds) == 0 || slices.ContainsFunc(kinds, func(k string) bool { return matches(k, e.Type) }))
	}
	return cut(s.Events.All(), match, func(e processor.Event) string { return e.ID }, p, "event", "/v1/events")
}

// matches knows patterns such as charge.* as well.
func matches(pattern, kind string) bool {
	prefix, wild := strings.CutSuffix(pattern, "*")
	return pattern == kind || (wild && strings.HasPrefix(kind, prefix))
}
