package stripe

import (
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func (c *controlAPI) listFaults(*http.Request) (any, error) { return c.faults.Waiting(), nil }

func (c *controlAPI) addFault(r *http.Request) (any, error) {
	var asked control.Fault
	if err := readControl(r, &asked); err != nil {
		return nil, err
	}
	return asked, c.faults.Add(asked)
}

func (c *controlAPI) clearFaults(*http.Request) (any, error) {
	c.faults.Clear()
	return c.faults.Waiting(), nil
}
