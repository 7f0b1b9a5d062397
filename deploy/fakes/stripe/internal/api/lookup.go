package api

import "github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"

// lookup finds what an expanded property shows.
func (s *Server) lookup(owner map[string]any, property string, value any) (any, bool) {
	if property == "line_items" {
		id, _ := owner["id"].(string)
		session := s.State.Sessions.Get(id)
		if session == nil {
			return nil, false
		}
		return processor.NewList("/v1/checkout/sessions/"+id+"/line_items", session.LineItems, false), true
	}
	id, _ := value.(string)
	return s.State.Find(id)
}
