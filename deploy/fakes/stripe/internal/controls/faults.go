package controls

import (
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func (c *Controls) listFaults(*http.Request) (any, error) { return c.Faults.Waiting(), nil }

func (c *Controls) addFault(r *http.Request) (any, error) {
	var asked control.Fault
	if err := read(r, &asked); err != nil {
		return nil, err
	}
	return asked, c.Faults.Add(asked)
}

func (c *Controls) clearFaults(*http.Request) (any, error) {
	c.Faults.Clear()
	return c.Faults.Waiting(), nil
}
