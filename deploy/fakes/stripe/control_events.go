package stripe

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

const (
	maxDuplicates = 100
	maxResend     = 100
)

func (c *controlAPI) getDelivery(*http.Request) (any, error) { return c.events.Delivery(), nil }

func (c *controlAPI) setDelivery(r *http.Request) (any, error) {
	var asked control.Delivery
	if err := readControl(r, &asked); err != nil {
		return nil, err
	}
	switch asked.Mode {
	case control.Deliver, control.Hold, control.Drop:
	default:
		return nil, errors.New("mode is deliver, hold or drop")
	}
	if asked.Duplicates < 0 || asked.Duplicates > maxDuplicates {
		return nil, errors.New("duplicates is from 0 to 100")
	}
	c.events.SetDelivery(asked)
	return asked, nil
}

func (c *controlAPI) release(r *http.Request) (any, error) {
	var asked control.Release
	if err := readControl(r, &asked); err != nil {
		return nil, err
	}
	switch asked.Order {
	case "", control.AsIs, control.Reversed, control.Shuffled:
	default:
		return nil, errors.New("order is as_is, reversed or shuffled")
	}
	return c.events.Release(asked), nil
}

func (c *controlAPI) listEvents(*http.Request) (any, error) { return c.events.History(), nil }

func (c *controlAPI) resend(r *http.Request) (any, error) {
	var asked struct {
		Times int `json:"times"`
	}
	if err := readControl(r, &asked); err != nil {
		return nil, err
	}
	if asked.Times < 1 || asked.Times > maxResend {
		return nil, errors.New("times is from 1 to 100")
	}
	attempts, err := c.events.Resend(r.PathValue("id"), asked.Times)
	if err != nil {
		return nil, err
	}
	statuses := make([]int, len(attempts))
	for i, attempt := range attempts {
		statuses[i] = attempt.Status
	}
	return map[string]any{"statuses": statuses, "deliveries": attempts}, nil
}

func (c *controlAPI) craft(r *http.Request) (any, error) {
	var crafted control.Crafted
	if err := readControl(r, &crafted); err != nil {
		return nil, err
	}
	if crafted.Body == "" && crafted.Type == "" {
		return nil, errors.New("type is missing")
	}
	if crafted.ObjectID != "" {
		object, err := c.encode(crafted.ObjectID)
		if err != nil {
			return nil, err
		}
		crafted.Object = object
	}
	if crafted.Body == "" && crafted.Object == nil {
		return nil, errors.New("object or object_id is missing")
	}
	return c.events.Forge(crafted)
}

// encode returns an object as it is now.
func (c *controlAPI) encode(id string) ([]byte, error) {
	c.state.Lock()
	defer c.state.Unlock()
	found, ok := c.state.Find(id)
	if !ok {
		return nil, errUnknown
	}
	return json.Marshal(found)
}
